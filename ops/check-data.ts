import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../src/contracts/report.ts';

// `npm run -s ci:data -- FOLDER`: real logs and crashes against what must come of them. The folder holds cloud-run/, crashes/ and loghub/.
const root = fileURLToPath(new URL('..', import.meta.url));
const data = process.argv[2] ?? '';
const cloudRun = join(data, 'cloud-run');
assert(existsSync(cloudRun), `no folder ${cloudRun}`);

/** Exit status, error incidents, issues, noise entries, and a word about what else must hold. */
const expected: Record<
  string,
  { exit: number; incidents: number; issues: number; noise: number; holds(report: Report): boolean }
> = {
  'one-failure-four-tracebacks': {
    exit: 0,
    incidents: 1,
    issues: 1,
    noise: 0,
    holds: ({ issues: [issue] }) =>
      issue?.error_type === 'ValueError' &&
      issue.location?.file.endsWith('/vector_service.py') === true &&
      issue.location.line === 794,
  },
  'three-requests-logged-thrice': {
    exit: 1,
    incidents: 3,
    issues: 1,
    noise: 0,
    holds: ({ issues: [issue] }) => issue?.endpoints.join() === 'POST /api/gmail/read-reports',
  },
  'out-of-memory': {
    exit: 2,
    incidents: 1,
    issues: 1,
    noise: 0,
    holds: ({ critical_signals: [signal], recommendations, summary }) =>
      summary.critical_signals === 1 &&
      signal?.type === 'OOM' &&
      signal.affected_requests === 3 &&
      recommendations.some(({ action, command }) => action.includes('2048 MiB') && command?.includes('--memory 2Gi')),
  },
  'scanner-404s': { exit: 0, incidents: 0, issues: 0, noise: 7, holds: ({ summary }) => summary.warnings === 0 },
  'truncated-tracebacks': {
    exit: 1,
    incidents: 4,
    issues: 1,
    noise: 0,
    holds: ({ issues: [issue] }) => issue?.evidence.truncated === true,
  },
};

for (const [name, want] of Object.entries(expected)) {
  const file = join(cloudRun, `${name}.json`);
  const run = spawnSync(process.execPath, [join(root, 'bin/guardian.js'), 'report', file, '--format', 'json'], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const report = JSON.parse(run.stdout) as Report;
  const got = { exit: run.status, incidents: report.incidents, issues: report.issues.length, noise: report.noise };
  const { holds, ...figures } = want;
  assert.deepEqual(got, figures, name);
  assert(holds(report), `${name}: what must hold of it does not`);
  process.stdout.write(`${name}: as it must be\n`);
}
assert.equal(
  readdirSync(cloudRun).filter((name) => name.endsWith('.json') && !(name.replace('.json', '') in expected)).length,
  0,
  'a log without an expectation',
);

const least: [string, string, Record<string, number>][] = [
  ['culprit', 'crashes/java.jsonl', { fileTop1: 0.52, fileTop3: 0.69, hunkShown: 0.54 }],
  ['grouping', 'loghub', { ga: 0.88, fga: 0.9 }],
];
for (const [name, path, values] of least) {
  const line = execFileSync(process.execPath, [join(root, 'bench/run.ts'), name, '--data', join(data, path)], {
    encoding: 'utf8',
  }).trim();
  process.stdout.write(`${line}\n`);
  const figures = JSON.parse(line) as Record<string, number>;
  for (const [key, value] of Object.entries(values))
    assert((figures[key] ?? 0) >= value, `${name}: ${key} is below ${value}`);
}
