import { expect, test } from 'vitest';
import { CLIENT_FAMILIES, createClientFamily } from './client-family.ts';

test('says a family of a closed list, never the header', () => {
  const familyOf = createClientFamily();
  const seen = {
    'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0': 'Firefox',
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36': 'Chrome',
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0': 'Edge',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1':
      'Safari mobile',
    'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36': 'Chrome mobile',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)': 'bot',
    'kube-probe/1.31': 'probe',
    'GoogleHC/1.0': 'probe',
    'curl/8.5.0': 'curl',
    'python-requests/2.32': 'Python',
    'secret-of-ann@example.com': 'other',
    '': 'none',
  };
  for (const [header, family] of Object.entries(seen)) expect([header, familyOf(header)]).toEqual([header, family]);
  for (const family of Object.values(seen)) expect(CLIENT_FAMILIES).toContain(family);
  expect(familyOf(undefined)).toBe('none');
});

test('a flood of headers, each new and long, is answered and not kept', () => {
  const familyOf = createClientFamily();
  for (let index = 0; index < 5_000; index++) familyOf(`Chrome/${index} ${'x'.repeat(2_000)}`);
  expect(familyOf('Mozilla/5.0 Firefox/144.0')).toBe('Firefox');
});
