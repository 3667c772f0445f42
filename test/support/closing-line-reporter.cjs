const { writeSync } = require('node:fs');

/** Ends a run with one plain line that any log reader understands: `12 passed, 0 failed, 1 skipped`. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    // Jest writes its own summary after all reporters are done; this line has to come behind it.
    process.once('exit', () => writeSync(1, `\n${numPassedTests} passed, ${failed} failed${skipped}\n`));
  }
};
