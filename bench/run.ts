import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';

// `npm run bench -- NAME [--data PATH] […]`: runs bench/NAME.ts and prints its figures as one JSON line, last.
const [name = '', ...rest] = process.argv.slice(2);
const file = new URL(`./${name}.ts`, import.meta.url);

if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
  process.stderr.write(`bench: no figure named "${name}"; see the files in bench/\n`);
  process.exit(64);
}
const { values } = parseArgs({
  args: rest,
  options: { data: { type: 'string' }, size: { type: 'string' }, seconds: { type: 'string' } },
  strict: true,
});
const { bench } = (await import(file.href)) as { bench: Bench };
process.stdout.write(`${JSON.stringify({ bench: name, ...(await bench(values)) })}\n`);
