import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../../../test/fixtures/receiver.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import { callOnce } from './post.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

async function outcomeOf(status: number): Promise<GuardianError> {
  receiver.next({ kind: 'answer', status, body: 'no' });
  const { signal } = new AbortController();
  const call = { url: receiver.url, headers: {}, body: '{}', timeoutMs: 5_000, signal, name: 'hook' };
  const thrown = await callOnce(call).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof GuardianError)) throw new Error(`no error of the catalogue: ${String(thrown)}`);
  return thrown;
}

it.each([408, 425, 429, 500, 502, 503, 504])('an answer of %i may pass, and is tried again', async (status) => {
  const { code, kind } = await outcomeOf(status);
  expect([code, kind.isRetryable]).toEqual(['delivery_unreachable', true]);
});

it.each([400, 401, 402, 403, 404, 405, 409, 410, 413, 422, 451])('an answer of %i is for good', async (status) => {
  const { code, kind } = await outcomeOf(status);
  expect([code, kind.isRetryable]).toEqual(['delivery_refused', false]);
});
