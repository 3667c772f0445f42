/* The journeys that run in the embedded mode only, and why each of them. */
'use strict';

module.exports = {
  'as-of': 'the command line on a data folder',
  demo: 'the demo, which needs no server',
  'disaster-drill': 'the loss of a data folder and its backup, which are files',
  'eventstore-host': 'programs on an event log server',
  'eventstore-operations': 'a file and a server beside each other',
  'host-on-postgresql': 'hosts that share views',
  'host-process': 'processes on a data folder',
  'import-pilot': 'the command line on a data folder',
  'import-sdtm': 'the command line on a data folder',
  'initial-rules': 'the command line on a data folder',
  operations: 'an event log whose files fail',
  'protocol-from-sdtm': 'no ledger at all: the reading of files',
  'several-hosts': 'processes that share a data folder, Redis and secrets',
  simulation: 'the command line on a data folder',
  'tracing-export': 'a process on a data folder',
};
