import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closeIfOver,
  extendSessions,
  type FormedSession,
  formSessions,
  type SessionFacts,
  unionMs,
} from './sessions.ts';

interface Case {
  name: string;
  timeoutMinutes: number;
  now: string;
  records: { kind: string; user: string; client: string; time: string; durationMs?: number }[];
  sessions: {
    user: string;
    client: string;
    start: string;
    lastActivity: string;
    end: string | null;
    reason: string | null;
  }[];
}

const cases: Case[] = JSON.parse(
  readFileSync(new URL('../../../test/usage/sessionisation/cases.json', import.meta.url), 'utf8'),
);

describe('the conformance set', () => {
  it('has at least 24 cases, each with its own name', () => {
    expect(cases.length).toBeGreaterThanOrEqual(24);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it.each(cases)('$name', (one) => {
    expect(sessionsOf(one, formSessions)).toEqual(sorted(one.sessions));
  });

  it.each(cases)('$name, in whatever order its records come', (one) => {
    for (const records of [[...one.records].reverse(), rotated(one.records), [...one.records, ...one.records]]) {
      expect(sessionsOf({ ...one, records }, formSessions)).toEqual(sorted(one.sessions));
    }
  });

  it('tells the rule apart that counts thirty minutes from the first event', () => {
    const wrong = cases.filter((one) => !equal(sessionsOf(one, fromFirstEvent), sorted(one.sessions)));
    expect(wrong.length).toBeGreaterThan(cases.length / 4);
    expect(wrong.map(({ name }) => name)).toContain('an active user stays in one session for hours');
  });
});

const MINUTE = 60_000;
const instant = fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * MINUTE);
const facts: fc.Arbitrary<SessionFacts> = fc.record({
  spans: fc.array(
    fc
      .tuple(instant, fc.integer({ min: 0, max: 40 }))
      .map(([from, minutes]) => ({ from, to: from + minutes * MINUTE })),
    { maxLength: 25 },
  ),
  marks: fc.array(fc.record({ at: instant, kind: fc.constantFrom('login' as const, 'logout' as const) }), {
    maxLength: 4,
  }),
});

describe('sessions of random facts', () => {
  it('do not depend on the order of the facts, nor on repeats', () => {
    fc.assert(
      fc.property(facts, fc.nat(), (known, seed) => {
        const expected = formSessions(known);
        const spans = shuffled([...known.spans, ...known.spans.slice(0, 3)], seed);
        const marks = shuffled(known.marks, seed);
        expect(formSessions({ spans, marks })).toEqual(expected);
      }),
    );
  });

  it('never overlap, and all but the last have ended with a reason', () => {
    fc.assert(
      fc.property(facts, (known) => {
        const formed = formSessions(known);
        formed.forEach((session, index) => {
          expect(session.lastActivity).toBeGreaterThanOrEqual(session.start);
          const next = formed[index + 1];
          if (next === undefined) return;
          expect(session.reason).not.toBeNull();
          expect(session.end!).toBeGreaterThanOrEqual(session.lastActivity);
          expect(next.start).toBeGreaterThanOrEqual(session.end!);
        });
      }),
    );
  });

  it('are what a step-by-step reading says where nobody logs in or out', () => {
    fc.assert(
      fc.property(facts, ({ spans }) => {
        const instants = spans.flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b);
        const breaks = instants.filter((at, index) => index === 0 || at - instants[index - 1]! > 30 * MINUTE);
        expect(formSessions({ spans, marks: [] }).map(({ start }) => start)).toEqual(breaks);
      }),
    );
  });

  it('are the same when what came later is added to those that stand', () => {
    fc.assert(
      fc.property(facts, facts, ({ spans }, { spans: later }) => {
        const standing = formSessions({ spans, marks: [] });
        expect(extendSessions(standing, later)).toEqual(formSessions({ spans: [...spans, ...later], marks: [] }));
      }),
    );
  });

  it('cover for one user the union of their intervals, never more than the window', () => {
    fc.assert(
      fc.property(facts, facts, fc.tuple(instant, instant), (one, other, [a, b]) => {
        const window = { from: Math.min(a, b), to: Math.max(a, b) };
        const both = [...formSessions(one), ...formSessions(other)];
        let minutes = 0;
        for (let at = window.from; at < window.to; at += MINUTE) {
          if (both.some(({ start, end, lastActivity }) => start <= at && at < (end ?? lastActivity))) minutes++;
        }
        expect(unionMs(both, window)).toBe(minutes * MINUTE);
      }),
    );
  });
});

function sessionsOf({ records, timeoutMinutes, now }: Case, form: typeof formSessions) {
  const timeoutMs = timeoutMinutes * MINUTE;
  const keys = new Map(records.map((record) => [`${record.user} ${record.client}`, record]));
  return sorted(
    [...keys.values()].flatMap(({ user, client }) => {
      const own = records.filter((record) => record.user === user && record.client === client);
      return form(factsOf(own), timeoutMs).map((session) => ({
        user,
        client,
        ...view(closeIfOver(session, Date.parse(now), timeoutMs)),
      }));
    }),
  );
}

function factsOf(records: Case['records']): SessionFacts {
  const spans = [];
  const marks = [];
  for (const { kind, time, durationMs = 0 } of records) {
    const at = Date.parse(time);
    if (kind === 'login' || kind === 'logout') marks.push({ at, kind } as const);
    else spans.push({ from: at, to: at + durationMs });
  }
  return { spans, marks };
}

/** The contrast: a session lasts thirty minutes from its first event, whatever happens. */
function fromFirstEvent({ spans }: SessionFacts, timeoutMs = 30 * MINUTE): FormedSession[] {
  const sessions: FormedSession[] = [];
  for (const at of spans.flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b)) {
    const open = sessions.at(-1);
    if (open && at - open.start <= timeoutMs) open.lastActivity = at;
    else sessions.push({ start: at, lastActivity: at, end: null, reason: null });
  }
  return sessions;
}

function view({ start, lastActivity, end, reason }: FormedSession) {
  const text = (at: number) => new Date(at).toISOString();
  return { start: text(start), lastActivity: text(lastActivity), end: end === null ? null : text(end), reason };
}

function sorted<T extends { user: string; client: string; start: string }>(sessions: readonly T[]): T[] {
  const key = ({ user, client, start }: T) => `${user} ${client} ${start}`;
  return [...sessions].sort((a, b) => key(a).localeCompare(key(b)));
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function rotated<T>(items: readonly T[]): T[] {
  return [...items.slice(1), ...items.slice(0, 1)];
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed + 1;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state;
  };
  return items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
