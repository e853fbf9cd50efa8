import { describe, expect, it } from 'vitest';
import { event } from '../event-fixtures.ts';
import type { Incident } from '../incident.ts';
import { fairShare } from './fair-share.ts';
import { firstIncidents, sharesOf } from './lighten.ts';

function incident(id: string): Incident {
  const representative = event({ id, payload: { message: 'whole' } });
  const member = event({ id: `${id}-2`, payload: { message: 'whole' } });
  return {
    id,
    kind: 'error',
    service: null,
    representative,
    members: [
      { event: representative, foldedBy: 'representative' },
      { event: member, foldedBy: 'trace' },
    ],
    entries: 2,
    from: 0,
    to: 0,
    signal: null,
    linked: [],
  };
}

describe('a fair share', () => {
  it('is the most that each may keep within the whole', () => {
    expect(fairShare([1, 2, 50], 10)).toBe(7);
    expect(fairShare([50, 50], 10)).toBe(5);
    expect(fairShare([3, 2], 10)).toBe(3);
    expect(fairShare([], 10)).toBe(1);
  });

  it('is never nothing', () => {
    expect(fairShare([1, 1, 1, 1], 2)).toBe(1);
  });
});

describe('what is kept of many issues', () => {
  const limits = { incidentsKept: 100, payloadsPerIssue: 10, payloadsKept: 20 };

  it('is everything while they are few', () => {
    expect(sharesOf([4, 3], limits)).toEqual({ incidents: 4, payloads: 4 });
  });

  it('is less of each the more there are, and always the first with its record', () => {
    expect(sharesOf([50, 50, 50, 50], limits)).toEqual({ incidents: 25, payloads: 5 });
    expect(
      sharesOf(
        Array.from({ length: 500 }, () => 50),
        limits,
      ),
    ).toEqual({ incidents: 1, payloads: 1 });
  });

  it('is the first incidents, those behind the share of records without them, the representative still a member', () => {
    const incidents = ['a', 'b', 'c', 'd'].map(incident);
    const kept = firstIncidents(incidents, { incidents: 3, payloads: 1 });
    expect(kept.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(kept[0]).toBe(incidents[0]);
    for (const { representative, members } of kept.slice(1)) {
      expect(representative.payload).toBeNull();
      expect(members[0]?.event).toBe(representative);
      expect(members.every((member) => member.event.payload === null)).toBe(true);
    }
    expect(firstIncidents(kept, { incidents: 3, payloads: 1 })[1]).toBe(kept[1]);
    expect(incidents[1]?.representative.payload).not.toBeNull();
  });
});
