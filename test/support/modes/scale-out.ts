/* Of every test file of the jest project "scale-out": what `./mode` goes by, before anything else is loaded. */
process.env.TRIAL_LEDGER_MODE = 'scale-out';
