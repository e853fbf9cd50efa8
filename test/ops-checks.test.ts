import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The checks of generated files, on a copy of what they read: what says anything else than its source is noticed, and named. */

const root = fileURLToPath(new URL('..', import.meta.url));
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'guardian-ops-'));
  for (const folder of ['bin', 'ops', 'src', 'packages', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !path.includes('/node_modules'),
    });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function run(script: string, ...args: string[]): { status: number | null; errors: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(copy, 'ops', script), ...args], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { status, errors: stderr };
}

describe('ops/grafana.ts --check', () => {
  const dashboard = () => join(copy, 'ops/grafana', readdirSync(join(copy, 'ops/grafana'))[0]!);

  it('passes what was written, and names a dashboard that says anything else, which is left as it is', () => {
    expect(run('grafana.ts').status).toBe(0);
    expect(run('grafana.ts', '--check')).toMatchObject({ status: 0 });
    const changed = readFileSync(dashboard(), 'utf8').replace('guardian_', 'nobody_');
    writeFileSync(dashboard(), changed);
    const checked = run('grafana.ts', '--check');
    expect(checked.status).toBe(1);
    expect(checked.errors).toContain('node ops/grafana.ts');
    expect(readFileSync(dashboard(), 'utf8')).toBe(changed);
    expect(run('grafana.ts').status).toBe(0);
    expect(run('grafana.ts', '--check').status).toBe(0);
  });

  it('notices a dashboard that is missing', () => {
    rmSync(dashboard());
    expect(run('grafana.ts', '--check').status).toBe(1);
  });
});

describe('ops/sdk-reference.ts --check', () => {
  const page = () => join(copy, 'docs/sdk-reference.md');

  it('passes what was written, and refuses a page that says anything else', () => {
    expect(run('sdk-reference.ts').status).toBe(0);
    expect(run('sdk-reference.ts', '--check').status).toBe(0);
    writeFileSync(page(), readFileSync(page(), 'utf8').replace('getLogger', 'getLoger'));
    const checked = run('sdk-reference.ts', '--check');
    expect(checked.status).toBe(1);
    expect(checked.errors).toContain('node ops/sdk-reference.ts');
  });

  it('refuses an export without a doc comment', () => {
    expect(run('sdk-reference.ts').status).toBe(0);
    const declared = join(copy, 'packages/sdk/dist/logger/logger.d.ts');
    const text = readFileSync(declared, 'utf8');
    const exported = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=export declare function|export interface)/.exec(text)!;
    writeFileSync(declared, text.replace(exported[0], ''));
    expect(run('sdk-reference.ts', '--check').status).toBe(1);
    writeFileSync(declared, text);
  });
});
