/* Before the test files of the jest project "scale-out": the template of their databases, where there is PostgreSQL. */
'use strict';
const runTemplate = require('./template-program.cjs');

const help =
  'install PostgreSQL (the package postgresql), or set VIEWS_URL to one where databases can be made';

module.exports = async () => {
  const { status, stdout, stderr } = runTemplate();
  process.env.TRIAL_LEDGER_TEMPLATE = status === 0 ? stdout : '';
  if (status !== 0)
    process.stderr.write(
      `Not tested here: the journeys in scale-out mode (${stderr}). To test them, ${help}.\n`,
    );
};
