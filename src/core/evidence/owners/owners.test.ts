import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOwners } from './find-owners.ts';
import { readGithubOwners } from './github.ts';
import { readGitlabOwners } from './gitlab.ts';

const owners = (of: ReturnType<typeof readGithubOwners>, path: string) => of(path).map(({ owner }) => owner);

describe('readGithubOwners', () => {
  const of = readGithubOwners(
    [
      '# who owns what',
      '* @org/all',
      '*.js @js # scripts',
      '/build/logs/ @logs',
      'docs/* docs@example.com',
      'apps/ @apps',
      '/apps/github',
      '**/deep @deep',
      '!keep.js @never',
      '[ab].py @never',
      '/Case/ @case',
    ].join('\n'),
  );

  it.each([
    ['README.md', ['@org/all']],
    ['src/a.js', ['@js']],
    ['build/logs/x/y.txt', ['@logs']],
    ['docs/start.md', ['docs@example.com']],
    ['docs/build/start.md', ['@org/all']],
    ['x/apps/y.txt', ['@apps']],
    ['apps/github/x.txt', []],
    ['a/deep/b.txt', ['@deep']],
    ['keep.js', ['@js']],
    ['a.py', ['@org/all']],
    ['case/x', ['@org/all']],
  ])('%s → %o', (path, expected) => {
    expect(owners(of, path)).toEqual(expected);
  });
});

describe('readGitlabOwners', () => {
  const of = readGitlabOwners(
    [
      '* @default',
      '[Database][2] @dba',
      'db/',
      '/db/docs/ @@developers',
      '!db/generated/',
      '^[Docs]',
      '*.md @writers',
      '[DATABASE]',
      'models/*.rb @models',
      'with\\ space.txt @space',
    ].join('\n'),
  );

  it('judges each section alone, with its default owners and exclusions', () => {
    expect(owners(of, 'a.txt')).toEqual(['@default']);
    expect(owners(of, 'app/db/x.sql')).toEqual(['@default', '@dba']);
    expect(owners(of, 'db/docs/a.md')).toEqual(['@default', '@@developers', '@writers']);
    expect(owners(of, 'db/generated/x.sql')).toEqual(['@default']);
    expect(owners(of, 'app/models/x.rb')).toEqual(['@default', '@models']);
    expect(owners(of, 'with space.txt')).toEqual(['@default', '@space']);
  });
});

describe('findOwners', () => {
  it('goes outward from the culprit to the first path with an owner, and shows the rule', () => {
    const of = readGithubOwners('/web/ @web\n/lib/\n');
    expect(findOwners(of, ['lib/a.py', 'web/b.py'])).toEqual([{ owner: '@web', file: 'web/b.py', rule: '/web/ @web' }]);
    expect(findOwners(null, ['a'])).toEqual([]);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, path) => {
        expect(Array.isArray([...readGithubOwners(text)(path), ...readGitlabOwners(text)(path)])).toBe(true);
      }),
    );
  });
});
