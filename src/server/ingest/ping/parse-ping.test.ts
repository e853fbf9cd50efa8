import { describe, expect, it } from 'vitest';
import { parsePing } from './parse-ping.ts';

const ID = '5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278';
const KEY = 'fqOOd6-F4MMNuCEnzTU01w';
const RID = '728b3763-ea80-4113-9fc0-f89b36af0b0b';

describe('parsePing', () => {
  it.each([
    [`/ping/${ID}`, 'success', null],
    [`/ping/${ID}/`, 'success', null],
    [`/ping/${ID}/start`, 'start', null],
    [`/ping/${ID}/fail`, 'fail', null],
    [`/ping/${ID}/log`, 'log', null],
    [`/ping/${ID}/0`, 'success', 0],
    [`/ping/${ID}/1`, 'fail', 1],
    [`/ping/${ID}/255`, 'fail', 255],
  ])('reads %s', (path, kind, exitStatus) => {
    expect(parsePing(path, {})).toEqual({
      kind: 'ping',
      ping: { name: { by: 'key', key: ID }, kind, exitStatus, runId: null, isCreating: false },
    });
  });

  it.each([
    [`/ping/${KEY}/nightly-backup`, 'nightly-backup', 'success', null],
    [`/ping/${KEY}/nightly-backup/start`, 'nightly-backup', 'start', null],
    [`/ping/${KEY}/nightly-backup/fail`, 'nightly-backup', 'fail', null],
    [`/ping/${KEY}/nightly-backup/log`, 'nightly-backup', 'log', null],
    [`/ping/${KEY}/nightly-backup/42`, 'nightly-backup', 'fail', 42],
    [`/ping/${KEY}/start`, 'start', 'success', null],
    [`/ping/${KEY}/2024/0`, '2024', 'success', 0],
  ])('reads %s', (path, slug, kind, exitStatus) => {
    expect(parsePing(path, {})).toMatchObject({
      kind: 'ping',
      ping: { name: { by: 'slug', projectKey: KEY, slug }, kind, exitStatus },
    });
  });

  it('reads the id of the run, and that the job may be made', () => {
    expect(parsePing(`/ping/${ID}/start`, { rid: RID.toUpperCase(), create: '1' })).toMatchObject({
      ping: { runId: RID, isCreating: true },
    });
    expect(parsePing(`/ping/${ID}`, { rid: '12345' })).toEqual({ kind: 'invalid', reason: 'rid' });
    expect(parsePing(`/ping/${ID}`, { rid: '' })).toEqual({ kind: 'invalid', reason: 'rid' });
  });

  it.each([
    `/ping/${ID}/256`,
    `/ping/${ID}/-1`,
    `/ping/${ID}/begin`,
    `/ping/${ID}/start/now`,
    `/ping/${KEY}/a/b`,
    `/ping/${KEY}/a/start/b`,
    '/ping/',
    '/ping//start',
    '/ping/a%2Fb',
    `/ping/${KEY}/caf%C3%A9`,
    `/ping/${'x'.repeat(129)}`,
    `/ping/${KEY}/${'x'.repeat(101)}`,
    `/ping${'/x'.repeat(10_000)}`,
  ])('calls %s invalid', (path) => {
    expect(parsePing(path, {})).toEqual({ kind: 'invalid', reason: 'address' });
  });

  it.each(['/', '/ping', '/pings/x', '/api/ping/x', '/PING/x'])('leaves %s to others', (path) => {
    expect(parsePing(path, {})).toBeNull();
  });
});
