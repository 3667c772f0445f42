/*
 * Of every test file of the jest project "scale-out": without PostgreSQL its tests are told as skipped. What to install
 * was said once for all of them.
 */
if (!process.env.TRIAL_LEDGER_TEMPLATE) {
  const { describe, test } = globalThis;
  Object.assign(globalThis, { describe: describe.skip, test: test.skip, it: test.skip });
}
