import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');

/** Who may import whom: each place lists the others whose faces it may use; its own files are always allowed. */
const MAY_IMPORT: Record<string, string[]> = {
  'core/shared': [],
  'core/events': ['core/shared'],
  'core/usage': ['core/shared'],
  'core/jobs': ['core/shared'],
  'core/issues': ['core/shared', 'core/events'],
  'core/ingest': ['core/shared', 'core/events', 'core/issues'],
  'core/access': ['core/shared'],
  'core/sealing': ['core/shared'],
  'core/audit': ['core/shared'],
  'core/evidence': ['core/shared', 'core/events', 'core/issues'],
  'core/analysis': ['core/shared', 'core/events', 'core/issues', 'core/evidence'],
  'core/alerts': ['core/shared', 'core/issues', 'core/jobs', 'core/usage'],
  'core/templates': ['core/shared'],
  'core/notify': ['core/shared', 'core/alerts', 'core/templates'],
  'core/reports': [
    'core/shared',
    'core/events',
    'core/issues',
    'core/evidence',
    'core/jobs',
    'core/usage',
    'core/alerts',
    'core/templates',
    'contracts',
  ],
  'core/fixes': ['core/shared', 'core/issues', 'core/evidence', 'core/reports', 'core/jobs', 'core/alerts'],
  'core/deploy': ['core/shared', 'core/issues', 'core/evidence', 'core/reports', 'core/jobs', 'core/alerts'],
  contracts: [],
  config: ['core/shared', 'contracts'],
  adapters: ['core/*', 'contracts'],
  server: ['core/*', 'contracts', 'config'],
  mcp: ['core/*', 'contracts', 'config'],
  cli: ['core/*', 'contracts', 'config', 'app.ts', 'app'],
  app: ['core/*', 'adapters', 'contracts', 'config', 'server', 'mcp'],
  dashboard: ['contracts'],
  // The composition root, and the parts of it that have files of their own.
  'app.ts': ['core/*', 'adapters', 'contracts', 'config', 'server', 'mcp', 'app'],
};

/** What the server shares with the clients' SDK, face by face: redaction's rules, and how sealed records are opened. */
const MAY_SHARE: Record<string, string[]> = {
  'core/events': ['../packages/sdk/src/redact/index.ts'],
  'core/audit': ['../packages/sdk/src/audit/index.ts'],
  'core/sealing': ['../packages/sdk/src/seal/index.ts'],
  adapters: [
    '../packages/sdk/src/usage/usage-record.ts',
    '../packages/sdk/src/usage/expand-batch.ts',
    '../packages/sdk/src/usage/feature-name.ts',
    '../packages/sdk/src/usage/skip-list.ts',
    '../packages/sdk/src/usage/client-family.ts',
    '../packages/sdk/src/usage/status-name.ts',
  ],
};

interface Import {
  from: string;
  to: string;
}

function placeOf(path: string): string {
  const parts = path.split('/');
  return parts[0] === 'core' ? `core/${parts[1]}` : parts[0]!;
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\b[^'"]*?from\s*['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)/g;

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => ({
    from: file,
    to: relative(source, join(source, dirname(file), (match[1] ?? match[2])!)),
  }));
}

function violation({ from, to }: Import): string | null {
  const here = placeOf(from);
  if (to.startsWith('..')) {
    return MAY_SHARE[here]?.includes(to) ? null : `${from}: ${here} may not import ${to}`;
  }
  const there = placeOf(to);
  if (here === there) return null;
  const allowed = MAY_IMPORT[here];
  if (!allowed) return `${from}: ${here} is not in the table`;
  const isAllowed = allowed.includes(there) || (there.startsWith('core/') && allowed.includes('core/*'));
  if (!isAllowed) return `${from}: ${here} may not import ${there} (${to})`;
  if (there.startsWith('core/') && !/^core\/[^/]+\/(index|ports)\.ts$/.test(to)) {
    return `${from}: only the face of ${there} may be imported, not ${to}`;
  }
  return null;
}

const files = globSync('**/*.{ts,tsx}', { cwd: source });
/** Tests may reach anywhere: they see a folder through the public border, and its neighbours as they really are. */
const sources = files.filter((file) => !file.endsWith('.test.ts') && !file.endsWith('-fixtures.ts'));
const imports = sources.flatMap((file) => importsOf(file, readFileSync(join(source, file), 'utf8')));

describe('who may import whom', () => {
  it('sees the imports of the tree', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(imports.length).toBeGreaterThan(10);
  });

  it('holds for every file', () => {
    expect(imports.map(violation).filter((found) => found !== null)).toEqual([]);
  });

  it('refuses an arrow against the table, and a way around a face', () => {
    expect(violation({ from: 'core/events/event.ts', to: 'core/issues/index.ts' })).toContain('may not import');
    expect(violation({ from: 'cli/main.ts', to: 'adapters/git/index.ts' })).toContain('may not import');
    expect(violation({ from: 'core/issues/fold.ts', to: 'core/events/event.ts' })).toContain('only the face');
    expect(importsOf('cli/main.ts', "\nconst app = await import('../app.ts');")).toEqual([
      { from: 'cli/main.ts', to: 'app.ts' },
    ]);
  });

  it('shares with the SDK only what is listed, and the SDK takes nothing of the server', () => {
    const shared = '../packages/sdk/src/redact/index.ts';
    expect(violation({ from: 'core/events/redact/redactor.ts', to: shared })).toBeNull();
    expect(violation({ from: 'core/issues/fold.ts', to: shared })).toContain('may not import');
    expect(violation({ from: 'core/events/event.ts', to: '../packages/sdk/src/redact/marker.ts' })).toContain(
      'may not',
    );
    const sdk = join(root, 'packages', 'sdk', 'src');
    const sdkFiles = globSync('**/*.ts', { cwd: sdk });
    expect(sdkFiles.length).toBeGreaterThan(10);
    const outside = sdkFiles.flatMap((file) =>
      [...readFileSync(join(sdk, file), 'utf8').matchAll(IMPORT)]
        .map((match) => relative(sdk, join(sdk, dirname(file), (match[1] ?? match[2])!)))
        // A test may use the fixtures of the tree, never the server itself.
        .filter((to) => to.startsWith('..') && !(file.endsWith('.test.ts') && to.startsWith('../../../test/')))
        .map((to) => `${file}: ${to}`),
    );
    expect(outside).toEqual([]);
  });

  it('lets only the configuration read the environment', () => {
    const readers = files.filter(
      (file) =>
        !file.endsWith('.test.ts') &&
        !file.startsWith('config/') &&
        /process\.env\b/.test(readFileSync(join(source, file), 'utf8')),
    );
    expect(readers).toEqual([]);
  });

  it('keeps each face at 20 lines and the composition root at 200', () => {
    const tooLong = files.filter((file) => {
      const lines = readFileSync(join(source, file), 'utf8').trimEnd().split('\n').length;
      if (/^core\/[^/]+\/index\.ts$/.test(file)) return lines > 20;
      return (file === 'app.ts' || file === 'app/server.ts') && lines > 200;
    });
    expect(tooLong).toEqual([]);
  });

  it('keeps each file of the product, its tools and its benches at 300 lines', () => {
    const places = ['src', 'packages/sdk/src', 'bin', 'bench', 'ops', 'examples', '.ci'];
    const all = places.flatMap((place) =>
      globSync('**/*.{ts,tsx,js,mjs,cjs}', { cwd: join(root, place) }).map((file) => join(place, file)),
    );
    // Tests, and what they are given, are as long as the list of what is to hold.
    const own = all.filter((file) => !/node_modules|\.test\.ts$|fixtures|\.test-data\.ts$/.test(file));
    expect(own.length).toBeGreaterThan(1_000);
    const long = own.filter((file) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length > 300);
    expect(long).toEqual([]);
  });
});
