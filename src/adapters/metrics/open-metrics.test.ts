import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

/** In a process of its own: what another test has loaded stays loaded. */
const PROGRAM = `
  import { createRequire } from 'node:module';
  import { openMetrics } from '${here}index.ts';
  const loaded = () => Object.keys(createRequire('${here}').cache).some((path) => path.includes('prom-client'));
  const metrics = openMetrics({ clock: { now: () => 0 }, version: '1', onFailure() {} });
  for (let one = 0; one < 5_000; one++) metrics.work.analysis.cacheMiss();
  const before = loaded();
  const { text } = await metrics.read();
  const counted = /^memory_analysis_cache_misses_total (\\d+)$/m.exec(text)?.[1];
  console.log(JSON.stringify({ before, after: loaded(), counted, hasProcess: /^process_cpu_seconds_total /m.test(text) }));
`;

it('loads what only readers need at the first reading, and has lost nothing by then', () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], { encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ before: false, after: true, counted: '5000', hasProcess: true });
});
