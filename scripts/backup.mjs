// node scripts/backup.mjs DATA TARGET: an embedded ledger's backup, while it runs. Log first, secrets after; no views.
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const [data, target, ...more] = process.argv.slice(2);

function refuse(sentence) {
  console.error(sentence);
  process.exit(2);
}

if (data === undefined || target === undefined || more.length > 0) {
  refuse('Say which folder to back up and which one to make: node scripts/backup.mjs data backup-2024-03-05');
}
if (!existsSync(join(data, 'events.sqlite'))) refuse(`${data} holds no event log.`);
if (existsSync(target))
  refuse(`${target} is there already. A backup overwrites nothing: name another folder.`);

mkdirSync(target, { recursive: true, mode: 0o700 });

/*
 * Whatever dies in between, the folder lacks files and is no backup; start again with another one. A copy of secrets
 * that is later than that of the log has every hash that the log names, because a hash is written before its event.
 */
for (const file of ['events.sqlite', 'credentials.sqlite', 'contact-secrets.sqlite']) {
  if (!existsSync(join(data, file))) continue;
  const database = new Database(join(data, file), { readonly: true });
  await database.backup(join(target, file));
  database.close();
  chmodSync(join(target, file), 0o600);
}
if (existsSync(join(data, 'signing-key.json'))) {
  copyFileSync(join(data, 'signing-key.json'), join(target, 'signing-key.json'));
  chmodSync(join(target, 'signing-key.json'), 0o600);
}
console.log(
  `${target} holds the log and the secrets of ${data}. Check it: npx ledger --data ${target} verify`,
);
