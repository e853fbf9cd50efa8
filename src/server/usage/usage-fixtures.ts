import { ask, NOW, type TestServer } from '../server-fixtures.ts';

let made = 0;

/** A uuid v7 that no other record of the test has. */
function recordId(): string {
  made += 1;
  return `0198f3c2-aaaa-7000-8000-${made.toString(16).padStart(12, '0')}`;
}

/** A record as senders write it; `ago` in ms before the test's now. */
export function useRecord(user: string | null, ago: number, more: Record<string, unknown> = {}) {
  return {
    ...{ kind: 'request', id: recordId(), time: new Date(NOW - ago).toISOString(), service: 'shop', user },
    ...{ method: 'POST', endpoint: '/api/chat/message', feature: 'chat_message', group: 'chat' },
    ...{ status: 200, durationMs: 12, userAgent: 'firefox', ...more },
  };
}

/** Takes the records in as the server does, and makes rows, sessions and counts of them. */
export async function sendUsage(server: TestServer, key: string, records: readonly object[]): Promise<void> {
  const response = await ask(server, '/api/usage', {
    method: 'POST',
    body: records.map((record) => JSON.stringify(record)).join('\n'),
    headers: { authorization: `Bearer ${key}` },
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const { rejected } = (await response.json()) as { rejected: unknown[] };
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
  while ((await server.store.usage.fold({ limit: 1_000, at: server.clock.now(), timeoutMs: 30 * 60_000 })).taken > 0);
  await server.store.usage.closeSessions({ at: server.clock.now(), timeoutMs: 30 * 60_000 });
}
