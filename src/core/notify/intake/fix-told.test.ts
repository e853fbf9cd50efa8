import { expect, it } from 'vitest';
import { toldOf } from './told-of.ts';

const payload = {
  issueId: 'issue-1',
  shortId: 'SHOP-12',
  service: 'shop',
  title: 'TypeError: no price',
  branch: 'guardian/fix-shop-12',
  revision: 'r-2',
  agent: 'mender',
  url: 'https://github.com/acme/shop/pull/7',
  incidents: 0,
  requests: 160,
  hours: 5.5,
};
const row = (kind: string) => ({ id: 5, at: 1_000, kind, projectId: 1, subjectId: 'fix-1', payload });

it.each([
  [
    'fix-proposed',
    'fix_proposed',
    'info',
    [
      { label: 'branch', text: 'guardian/fix-shop-12' },
      { label: 'pullRequest', text: 'https://github.com/acme/shop/pull/7' },
      { label: 'agent', text: 'mender' },
    ],
  ],
  [
    'fix-verified',
    'fix_verified',
    'info',
    [
      { label: 'revision', text: 'r-2' },
      { label: 'incidents', text: '0' },
      { label: 'requests', text: '160' },
    ],
  ],
  [
    'fix-recurred',
    'fix_recurred',
    'error',
    [
      { label: 'revision', text: 'r-2' },
      { label: 'incidents', text: '0' },
      { label: 'requests', text: '160' },
    ],
  ],
])('%s is told as %s to whoever was told of its issue', (kind, occasion, severity, details) => {
  const told = toldOf(row(kind));
  expect(told?.notification).toMatchObject({
    occasion,
    severity,
    about: { kind: 'issue', id: 'issue-1' },
    facts: { title: 'SHOP-12 TypeError: no price', path: '/fixes/fix-1', details },
  });
  expect(told).toMatchObject({ episode: 'issue:issue-1', isEnd: false, isRoutedToo: true });
  expect(told?.mirroredBy).toContain('email');
  const opened = toldOf({ ...row('issue-opened'), subjectId: 'issue-1', payload: { service: 'shop', title: 'x' } });
  expect(opened?.episode).toBe(told?.episode);
});

it('a row of a fix that names no issue is no news', () => {
  expect(toldOf({ ...row('fix-verified'), payload: {} })).toBeNull();
  expect(toldOf(row('fix-changed'))).toBeNull();
});
