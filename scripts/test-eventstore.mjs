// Runs the contract of the event log against a real server: npm run test:eventstore -- esdb://…
import { spawnSync } from 'node:child_process';

const url = process.argv[2] ?? process.env.EVENTSTORE_URL;
if (!url) {
  process.stderr.write(
    'Give the connection string of a server: npm run test:eventstore -- esdb://host:2113?tls=false\n',
  );
  process.exit(2);
}
const jest = ['jest', '--selectProjects', 'system', '--testPathPatterns', 'test/contracts/eventstore'];
const { status } = spawnSync('npx', jest, {
  stdio: 'inherit',
  env: { ...process.env, EVENTSTORE_URL: url },
});
process.exit(status ?? 1);
