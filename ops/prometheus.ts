import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prometheusFiles } from './prometheus/files.ts';
import { withReference } from './prometheus/reference.ts';
import { writeOrCheck } from './write-or-check.ts';

/**
 * Writes what stands in ops/prometheus beside the code (the scrape, the rules, the tests of the rules), and the tables of docs/metrics.md. With `--check` it
 * writes nothing, and ends with 1 when a file says anything else.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const page = 'docs/metrics.md';

writeOrCheck(`${root}ops/prometheus`, prometheusFiles(), 'ops/prometheus.ts');
writeOrCheck(root, { [page]: formatted(withReference(readFileSync(root + page, 'utf8'))) }, 'ops/prometheus.ts');

/** Tables in line, as every page has them. */
function formatted(text: string): string {
  const biome = `${root}node_modules/@biomejs/biome/bin/biome`;
  return execFileSync(process.execPath, [biome, 'format', '--stdin-file-path', page], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
}
