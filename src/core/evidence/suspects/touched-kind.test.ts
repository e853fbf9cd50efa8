import { describe, expect, it } from 'vitest';
import { touchedKind } from './touched-kind.ts';

describe('touchedKind', () => {
  it.each([
    ['package-lock.json', 'lock file'],
    ['web/yarn.lock', 'lock file'],
    ['requirements-dev.txt', 'lock file'],
    ['config/settings.yaml', 'configuration'],
    ['.env.production', 'configuration'],
    ['src/appsettings.json', 'configuration'],
    ['db/migrate/2025_add_price.rb', 'migration'],
    ['shop/migrations/0007_price.py', 'migration'],
    ['src/orders.py', null],
    ['src/configure.ts', null],
    ['package.json', null],
    ['.github/workflows/test.yml', null],
  ])('%s → %s', (path, kind) => {
    expect(touchedKind(path)).toBe(kind);
  });
});
