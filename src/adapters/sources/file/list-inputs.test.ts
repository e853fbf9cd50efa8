import { describe, expect, it } from 'vitest';
import { looksLikeLogName } from './list-inputs.ts';

describe('names of logs', () => {
  it.each([
    'app.log',
    'app.log.1',
    'app.log.12.gz',
    'app.log-20251020.zst',
    'app.2025-10-20.log',
    'out.jsonl',
    'catalina.out',
    'syslog',
    'syslog.1',
    'messages-20251020',
    'access_log',
    'ssl_error_log.2',
    'Shop.ERR',
    'a.txt',
    'a.ndjson',
  ])('takes %s', (name) => {
    expect(looksLikeLogName(name)).toBe(true);
  });

  it.each([
    'app.logs',
    'README',
    'catalog',
    'core',
    'app.log.tar',
    'a.log.bz2',
    'photo.png',
    'syslog.conf',
    `${'a'.repeat(300)}.log`,
  ])('leaves %s', (name) => {
    expect(looksLikeLogName(name)).toBe(false);
  });
});
