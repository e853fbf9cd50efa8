import { DatabaseSync } from 'node:sqlite';

// Another process that writes into the database: `hold-lock.ts FILE MS` holds the write lock for so long.
const [path = '', ms = ''] = process.argv.slice(2);
const database = new DatabaseSync(path, { timeout: 30_000 });
database.exec('BEGIN IMMEDIATE');
process.stdout.write('held\n');
setTimeout(() => {
  database.exec('COMMIT');
  database.close();
}, Number(ms));
