/** Writes how many tests passed and failed to the file named by TEST_COUNTS_FILE, for the last line of `npm test`. A suite that could not run counts as one failed. */
const fs = require('node:fs');

module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    if (!process.env.TEST_COUNTS_FILE) return;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    fs.writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify({ passed: results.numPassedTests, failed }));
  }
};
