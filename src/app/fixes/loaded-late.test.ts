import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../..', import.meta.url));
/** What is there at run time: types are gone by then, and `await import` comes later. */
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?!type\b)[^;'"]*?from\s*['"](\.[^'"]+)['"]/g;

function loadedBy(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [whole, target] of text.matchAll(IMPORT)) {
    const isTypesOnly = /\{\s*(?:type\s[^,}]+,?\s*)+\}/.test(whole);
    if (!isTypesOnly) loadedBy(join(dirname(file), target!), known);
  }
  return known;
}

it('a server of which nobody is handed anything loads nothing of hand-offs, evidence, reports or mails', () => {
  const loaded = [...loadedBy(join(source, 'app/fixes/open-fixes.ts'))].map((file) => relative(source, file));
  expect(loaded).toContain('app/fixes/open-fixes.ts');
  expect(loaded).toContain('core/fixes/ports.ts');
  const late = /^(?:core\/(?:fixes\/(?!ports|fix\.ts)|evidence|reports|issues\/index)|adapters\/)/;
  expect(loaded.filter((file) => late.test(file))).toEqual([]);
});
