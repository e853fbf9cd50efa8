import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeSigningKey, type SignedCheckpoint, signingKeyOf } from '../../core/audit/index.ts';
import { messagesFor } from '../../core/shared/index.ts';
import { createFileAnchor, createGuardianAnchor, createWebhookAnchor, readAnchorFile } from './index.ts';

const key = signingKeyOf(makeSigningKey().privateKey);
const trail = { name: 'guardian', epoch: 'a'.repeat(32) };
const signed = (count: number): SignedCheckpoint => ({
  checkpoint: key.sign(trail, { count, head: 'b'.repeat(64), at: '2026-01-31T08:00:00.000Z' }),
  publicKey: key.publicKey,
});
const messages = messagesFor('en');
const folder = mkdtempSync(join(tmpdir(), 'guardian-anchors-'));
let server: Server;
let url: string;
const received: { path: string; authorization: string | undefined; body: string }[] = [];
let answer: { status: number; body: string } = { status: 200, body: '' };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ path: request.url!, authorization: request.headers.authorization, body });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a file keeps each checkpoint as a line, and gives them back', async () => {
  const path = join(folder, 'made', 'anchors.ndjson');
  expect(await readAnchorFile(path, messages)).toEqual([]);
  const anchor = createFileAnchor(path);
  for (const count of [1, 2]) await anchor.keep(signed(count));
  expect(await readAnchorFile(path, messages)).toEqual([signed(1), signed(2)]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('a file that holds anything else is refused, never read as one that has less to say', async () => {
  const path = join(folder, 'torn.ndjson');
  writeFileSync(path, `${JSON.stringify(signed(1))}\n${JSON.stringify(signed(2)).slice(0, 100)}`);
  await expect(readAnchorFile(path, messages)).rejects.toMatchObject({
    code: 'source_unreadable',
    about: { reason: 'line 2 is no checkpoint' },
  });
  const under = createFileAnchor(join(path, 'below-a-file'));
  await expect(under.keep(signed(1))).rejects.toMatchObject({ code: 'output_unwritable' });
});

it('a webhook has it once it answers with success', async () => {
  const anchor = createWebhookAnchor({ url: `${url}/hook`, timeoutMs: 5_000 });
  await anchor.keep(signed(3));
  expect(received.at(-1)).toMatchObject({ path: '/hook' });
  expect(JSON.parse(received.at(-1)!.body)).toEqual({ kind: 'checkpoint', ...signed(3) });
  answer = { status: 503, body: '' };
  await expect(anchor.keep(signed(4))).rejects.toMatchObject({ code: 'delivery_unreachable' });
});

it('another Guardian has it once it says that it kept it', async () => {
  const anchor = createGuardianAnchor({ url: `${url}/prefix/`, key: 'gk_1', timeoutMs: 5_000 });
  for (const body of ['{"accepted":1,"duplicate":0,"rejected":[]}', '{"accepted":0,"duplicate":1,"rejected":[]}']) {
    answer = { status: 200, body };
    await anchor.keep(signed(5));
  }
  expect(received.at(-1)).toMatchObject({ path: '/prefix/api/audit-trail', authorization: 'Bearer gk_1' });
  for (const body of ['<html>welcome</html>', '{"accepted":0,"duplicate":0,"rejected":[{"line":1}]}']) {
    answer = { status: 200, body };
    await expect(anchor.keep(signed(6))).rejects.toMatchObject({ code: 'delivery_refused' });
  }
});
