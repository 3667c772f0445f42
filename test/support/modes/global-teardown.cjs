/* Behind the test files of the jest project "scale-out". */
'use strict';
const runTemplate = require('./template-program.cjs');

module.exports = async () => {
  const name = process.env.TRIAL_LEDGER_TEMPLATE;
  if (!name) return;
  const { status, stderr } = runTemplate(name);
  if (status !== 0) throw new Error(`The databases ${name}… are not removed: ${stderr}`);
};
