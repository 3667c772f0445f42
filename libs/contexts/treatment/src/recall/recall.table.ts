import {
  commandRow,
  type Addressed,
  type AnyCommandRow,
  type Command,
  type FactReader,
} from '@platform/commands';
import { absent, parsePosition } from '@platform/kernel';
import type { Permission } from '@trial/access';
import { trialDecider, trialStream } from '@trial/protocol';
import { flagRecalledProduct } from '../domain/recall/exposure';
import { recallDecider, recallsIn, recallStream } from '../domain/recall/recall';
import {
  correctRecall,
  liftRecall,
  recallIdOf,
  recallProduct,
  traceRecall,
  type FoundInfusion,
} from '../domain/recall/recalling';
import { ofTreatment } from '../treatment.table';
import * as commands from './recall.commands';
import { traceOf, tracingViews } from './tracing';

const ofRecalls = {
  stream: ({ target }: Addressed<Command>) => recallStream(target.trial!),
  decider: recallDecider,
  subject: ({ target }: Addressed<Command>) => ({ trial: target.trial! }),
};
const recalling = { ...ofRecalls, permission: 'product.recall' satisfies Permission };
/** What the software does by itself: it records what follows for treatment. */
const tracing = 'treatment.record' satisfies Permission;

async function knownTrial({ target }: Addressed<Command>, reader: FactReader) {
  const { details } = await reader.read(trialStream(target.trial!), trialDecider);
  return details ? undefined : absent('TRIAL-UNKNOWN', 'This trial has not been defined.');
}

/** As of the position of the event that calls for the trace; nothing for a recall that nobody has recorded. */
async function readTrace(
  { command, target }: Addressed<commands.TraceRecalledProduct>,
  reader: FactReader,
): Promise<readonly FoundInfusion[]> {
  const trial = target.trial!;
  const state = await reader.read(recallStream(trial), recallDecider);
  const recall = recallsIn(state).find(known => known.recall === target.recall);
  if (!recall) return [];
  const at = parsePosition(command.position)!;
  return traceOf(await reader.viewsAt(at, tracingViews), { trial, sites: 'all' }, at, recall);
}

export const recallCommands: readonly AnyCommandRow[] = [
  commandRow({
    ...recalling,
    command: commands.RecallProduct,
    facts: knownTrial,
    decide: recallProduct,
    gives: ({ commandId }) => ({ recall: recallIdOf(commandId) }),
  }),
  commandRow({
    ...recalling,
    command: commands.LiftProductRecall,
    decide: (command, state, context) =>
      liftRecall({ ...command, recall: context.target.recall! }, state, context),
  }),
  commandRow({ ...recalling, command: commands.CorrectProductRecallValue, decide: correctRecall }),
  commandRow({
    ...ofRecalls,
    permission: tracing,
    command: commands.TraceRecalledProduct,
    facts: readTrace,
    decide: ({ position: standsAt }, state, { facts, target }) =>
      traceRecall({ recall: target.recall!, standsAt }, state, facts),
  }),
  commandRow({
    ...ofTreatment,
    permission: tracing,
    command: commands.FlagRecalledProduct,
    decide: ({ recall }, state, context) =>
      flagRecalledProduct({ recall, infusion: context.target.infusion! }, state, context),
  }),
];
