import { describe, expect, it } from 'vitest';
import { readDsn } from './credentials.ts';

describe('readDsn', () => {
  it.each([
    ['https://0123abcd@guardian.example.com/7', '0123abcd', '7'],
    ['http://0123abcd:secret@127.0.0.1:4400/behind/proxy/7', '0123abcd', '7'],
  ])('reads %s', (dsn, key, project) => {
    expect(readDsn(dsn)).toEqual({ key, project });
  });

  it.each(['', 'null', 'https://guardian.example.com/7', '//key@/'])('finds nothing in %j', (dsn) => {
    expect(readDsn(dsn)).toBeNull();
  });
});
