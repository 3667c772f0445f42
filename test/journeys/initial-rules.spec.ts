import { rmSync } from 'node:fs';
import { evolveUpTo, filled } from '@platform/commands';
import { DeactivateRuleSet, reportingRulesStream, ruleActivationDecider } from '@trial/reporting';
import { loadTrial } from '../../apps/cli/src/commands/init';
import { submitAsOperator, withLedger } from '../../apps/cli/src/session';
import { newFolder } from '../support/running-ledger';

const trial = 'NCT05794425';

test('loading the built-in trial activates the sets of China, and leaves alone what was changed since', async () => {
  const folder = newFolder();
  try {
    const rules = await withLedger({ dataFolder: folder }, async session => {
      const { gate, log } = session;
      const active = async () => {
        const stream = reportingRulesStream(trial);
        const { state } = await evolveUpTo(log, stream, ruleActivationDecider, await log.head());
        return state.history.map(each => `${each.ruleSet} ${each.version} ${each.from} ${each.active}`);
      };
      await loadTrial(session, trial);
      const first = await active();
      const reason = { code: 'authority', text: 'No drug trial after all' };
      const off = filled(DeactivateRuleSet, { ruleSet: 'CN-DRUG', from: '2024-01-01', reason });
      await submitAsOperator(gate, off, { trial });
      const before = await active();
      await loadTrial(session, trial);
      return { first, before, after: await active() };
    });
    expect(rules.first).toEqual(['CN-STEM-CELL 1 2023-08-01 true', 'CN-DRUG 1 2023-08-01 true']);
    expect(rules.before).toEqual([...rules.first, 'CN-DRUG 1 2024-01-01 false']);
    expect(rules.after).toEqual(rules.before);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
