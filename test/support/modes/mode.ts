/** Which engines the hosts of this test file have; the jest project says so (see jest.config.js). */
export const isScaleOut = process.env.TRIAL_LEDGER_MODE === 'scale-out';

/** The database in which the views of a ledger have been made before, once for all test files. */
export function templateName(): string {
  const name = process.env.TRIAL_LEDGER_TEMPLATE;
  if (!name) throw new Error('No template was made: these tests run as the jest project "scale-out".');
  return name;
}
