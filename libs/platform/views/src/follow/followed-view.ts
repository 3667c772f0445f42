import type { Position } from '@platform/kernel';
import { checkpointName, partitionsOf } from './partitions';
import { isOf, type Standing } from '../sql/checkpoints';
import type { View } from '../view';
import { ViewFollower, type ViewState } from './view-follower';

/** What is said of a view whose partitions are in several states: the first of these that one of them is in. */
const mostTelling: readonly ViewState[] = [
  ...([
    'failed',
    'superseded',
    'rebuilding',
    'waiting',
    'catching up',
    'live',
    'standby',
    'stopped',
  ] as const),
];

/**
 * A view in this process, with all of its partitions, whichever process moves them. How it is divided stands with its
 * checkpoints, and not in the software: whoever follows it does so as it is divided then.
 */
export class FollowedView {
  parts: readonly ViewFollower[];

  /** @param wanted into how many partitions this process wants it divided; undefined once they were, and for no wish */
  constructor(
    readonly view: View,
    public wanted: number | undefined,
  ) {
    this.parts = partitionsOf(1).map(partition => new ViewFollower(view, partition, 'stopped'));
  }

  get state(): ViewState {
    return mostTelling.find(state => this.parts.some(part => part.state === state))!;
  }

  set state(state: ViewState) {
    for (const part of this.parts) part.state = state;
  }

  get problem(): string | undefined {
    return this.parts.find(part => part.state === this.state)?.problem;
  }

  set problem(problem: string | undefined) {
    for (const part of this.parts) part.problem = problem;
  }

  get generation(): number {
    return this.parts[0]!.checkpoint.generation;
  }

  /** All partitions have come so far at least; those that other processes move may be further than is known here. */
  get position(): Position {
    return this.parts.map(part => part.position).reduce((a, b) => (a < b ? a : b));
  }

  /** Whether other processes move some of it. */
  get isShared(): boolean {
    return this.parts.some(({ state }) => state === 'standby');
  }

  get isDivided(): boolean {
    return this.parts.length > 1;
  }

  /** Goes on from what is in the database. */
  adopt(standing: Standing): void {
    const { partitions } = standing;
    if (partitions.length !== this.parts.length) {
      const state = this.parts.some(part => part.isFollowing) ? 'catching up' : this.state;
      this.parts = partitionsOf(partitions.length).map(
        partition => new ViewFollower(this.view, partition, state),
      );
    }
    for (const [index, part] of this.parts.entries()) part.adopt(partitions[index]!);
    if (!isOf(standing, this.view)) this.supersede(standing);
  }

  /**
   * Goes on with one partition from what is in the database; with all of them, when they are divided otherwise or have
   * other tables.
   * @returns false when the partition stands there already
   */
  adoptPart(part: ViewFollower, standing: Standing): boolean {
    const current = standing.partitions.find(({ name }) => name === part.name);
    if (part.standsAt(current)) return false;
    const isWithin = this.parts.includes(part) && current?.generation === part.checkpoint.generation;
    if (isWithin && standing.partitions.length === this.parts.length) part.adopt(current);
    else this.adopt(standing);
    return true;
  }

  private supersede(standing: Standing): void {
    const { version } = this.view;
    this.state = 'superseded';
    this.problem =
      standing.version === version
        ? `Its rows are in other tables than those that version ${version} has in this software.`
        : `Its rows are of version ${standing.version}, and this software has version ${version}.`;
  }
}

/** Whether all partitions of a view stand at one position, and are those that it is divided into. */
export const haveMet = ({ name, position, partitions }: Standing): boolean =>
  partitions.every(
    (each, index) =>
      each.position === position && each.name === checkpointName(name, { index, of: partitions.length }),
  );
