import fc from 'fast-check';
import { isUserError, type UsageFact } from '../../src/core/usage/index.ts';

/** What a random fact is made of. */
export interface FactSketch {
  kind: 'request' | 'activity' | 'login' | 'logout' | 'error';
  user: string | null;
  client: string;
  service: string;
  minute: number;
  durationMs: number;
  status: number;
  feature: number;
}

export const factSketch: fc.Arbitrary<FactSketch> = fc.record({
  kind: fc.constantFrom('request', 'request', 'request', 'request', 'activity', 'login', 'logout', 'error'),
  user: fc.constantFrom('ana', 'ana', 'bob', null),
  client: fc.constantFrom('firefox', 'firefox', 'safari'),
  service: fc.constantFrom('shop', 'shop', 'billing'),
  minute: fc.oneof(fc.integer({ min: 0, max: 180 }), fc.integer({ min: 0, max: 3_500 })),
  durationMs: fc.constantFrom(0, 250, 90_000, 2_400_000),
  status: fc.constantFrom(200, 200, 204, 302, 400, 404, 499, 500),
  feature: fc.integer({ min: 0, max: 3 }),
});

const FEATURES = ['chat_message', 'chat_thread', 'document_upload', 'home'] as const;
const GROUPS = ['chat', 'chat', 'documents', 'home'] as const;

/** The same sketch and index give the same fact. */
export function factOf(sketch: FactSketch, index: number, start: number): UsageFact {
  const { kind, user, client, service, minute, durationMs, status, feature } = sketch;
  const id = `0198f3c2-0000-7000-8000-${index.toString().padStart(12, '0')}`;
  // Distinct instants: equal ones of a login and a logout say nothing about who came first.
  const at = start + minute * 60_000 + index;
  const base = { id, at, service, sender: null, sequence: null, revision: index % 3 === 0 ? 'r1' : null };
  const who = user === null ? null : { user, userBefore: null, client, userAgent: client, ip: null };
  const error = { type: 'NotFound', message: `NotFound ${status}`, stack: null };
  if (kind === 'error') {
    const place = { endpoint: '/api/things/:id', method: 'GET', requestId: null };
    return { ...base, ...place, kind, who, code: 500, error };
  }
  if (kind === 'request' || who === null) {
    return {
      ...base,
      kind: 'request',
      who,
      durationMs,
      method: 'GET',
      endpoint: '/api/things/:id',
      feature: FEATURES[feature]!,
      group: GROUPS[feature]!,
      status,
      requestId: null,
      error: isUserError(status) ? (who === null && index % 5 === 0 ? 'counted' : error) : null,
      isSampled: false,
    };
  }
  if (kind === 'activity') return { ...base, kind, who, until: at + Math.min(durationMs, 1_000) };
  return { ...base, kind, who };
}

/** As a sender that counts its records tells of it. */
export function numberedFact(sketch: FactSketch, sequence: number, start: number, sender = 'one'): UsageFact {
  return { ...factOf(sketch, sequence, start), sender, sequence } as UsageFact;
}
