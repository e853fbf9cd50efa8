import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { event, issueOf, START, understandingOf } from '../../../test/fixtures/understanding.ts';
import { keptEvents } from './kept-events.ts';
import { SubjectTally } from './subject-tally.ts';

const nothing = { service: null, region: null, release: null, revision: null };
const events = [
  event({ id: 'old', time: START - 5000, revision: 'shop-1', attributes: { 'cloud.region': 'europe-west1' } }),
  event({ id: 'new', time: START - 1000, revision: 'shop-2', attributes: { 'service.version': '2.1.0' } }),
  event({ id: 'other', time: START + 9000, service: 'mailer', revision: 'mailer-7' }),
];

function tallyOf(given: typeof events): SubjectTally {
  const tally = new SubjectTally();
  tally.add(given);
  return tally;
}

describe('the subject of a report', () => {
  it('is what the log names most, with the region, release and revision it named last', () => {
    expect(tallyOf(events).subject(nothing)).toEqual({
      service: 'shop',
      region: 'europe-west1',
      release: '2.1.0',
      revision: 'shop-2',
    });
  });

  it('is what was given, first of all', () => {
    const given = { service: 'mailer', region: 'us-east1', release: null, revision: null };
    expect(tallyOf(events).subject(given)).toEqual({ ...given, revision: 'mailer-7' });
  });

  it('stays unknown when the log is silent', () => {
    expect(tallyOf([]).subject(nothing)).toEqual(nothing);
  });

  it('takes no region from what the application itself wrote, and no revision from a time nobody believes', () => {
    const told = event({ attributes: { region: 'elsewhere', location: 'elsewhere' }, revision: null });
    const future = event({ id: 'future', time: START * 2, timeSuspect: true, revision: 'shop-9' });
    expect(tallyOf([told, future]).subject(nothing)).toMatchObject({ region: null, revision: null });
  });

  it('knows when each revision of a service was seen', () => {
    const tally = tallyOf([...events, event({ id: 'again', time: START, revision: 'shop-1' })]);
    expect(tally.revisions('shop')).toEqual([
      { name: 'shop-1', from: START - 5000, to: START },
      { name: 'shop-2', from: START - 1000, to: START - 1000 },
    ]);
  });

  it('does not depend on the order of the events', () => {
    const anyEvent = fc
      .record({
        id: fc.uuid(),
        time: fc.integer({ min: START, max: START + 5 }),
        service: fc.constantFrom('a', 'b', null),
        revision: fc.constantFrom('r1', 'r2', null),
        region: fc.constantFrom('x', 'y'),
      })
      .map(({ region, ...rest }) => event({ ...rest, attributes: { 'cloud.region': region } }));
    fc.assert(
      fc.property(fc.array(anyEvent), (some) => {
        const [one, other] = [tallyOf(some), tallyOf(some.toReversed())];
        expect(one.subject(nothing)).toEqual(other.subject(nothing));
        expect(one.revisions('a')).toEqual(other.revisions('a'));
      }),
    );
  });
});

describe('the kept events', () => {
  it('are each there once', () => {
    const understanding = understandingOf([issueOf(3)]);
    const context = understanding.issues[0]?.incidents.map((one) => one.representative) ?? [];
    expect(keptEvents({ ...understanding, context })).toHaveLength(3);
  });
});
