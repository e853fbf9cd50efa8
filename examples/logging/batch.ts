import { captureException, getLogger, start } from '@guardian/sdk';

// A batch: a run of a night that goes through rows, tells of the bad ones without drowning in them, and ends with figures. It does not wait for the server: what it
// could not send is sent by the next run. GUARDIAN_URL, GUARDIAN_KEY; GUARDIAN_SPOOL, a folder that the next run sees too; the rows as arguments: numbers, else bad.
const client = await start({
  url: process.env.GUARDIAN_URL ?? 'http://127.0.0.1:4400',
  key: process.env.GUARDIAN_KEY ?? '',
  service: 'nightly-import',
  folder: process.env.GUARDIAN_SPOOL ?? '.guardian-spool',
  suppression: { levels: ['warn'], minTtlMs: 5_000 },
  delivery: { maxRetryMs: 1_000 },
});
const logger = getLogger('import', { category: 'performance', fields: { run: process.pid } });

function readRow(text: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) throw new TypeError('the value is no number');
  return value;
}

const run = logger.time('import');
const failures: unknown[] = [];
let sum = 0;
for (const [row, text] of process.argv.slice(2).entries()) {
  try {
    sum += readRow(text);
  } catch (error) {
    failures.push(error);
    logger.warn('a row was left out', { row, error });
  }
}
if (failures.length > 0) {
  captureException(new AggregateError(failures, `${failures.length} rows were left out`), { fields: { sum } });
  process.exitCode = 1;
}
run.end({ rows: process.argv.length - 2, leftOut: failures.length, sum });

const isAllSent = await client.stop({ timeoutMs: 2_000 });
const { sent, queued } = client.stats().sinks.guardian!;
const total = (levels: object) => Object.values(levels).reduce((all: number, one: number) => all + one, 0);
console.log(JSON.stringify({ isAllSent, queued: total(queued), sent: total(sent) }));
