import { describe, expect, it } from 'vitest';
import type { Event } from '../../events/index.ts';
import { at, event, exception, pythonFrames, requestEntry, stackEvent } from '../event-fixtures.ts';
import { createUnderstanding } from '../understand.ts';

function issuesOf(events: readonly Event[]) {
  const accumulator = createUnderstanding();
  accumulator.add(events);
  return accumulator.finish().issues;
}

const said = (body: string, minute: number, more: Partial<Event> = {}) =>
  event({ time: at(minute * 60_000), severityNumber: 17, body, ...more });

describe('issues', () => {
  it('are the incidents of one cause in one service', () => {
    const failed = (minute: number, service: string) =>
      stackEvent(at(minute * 60_000), [exception('E', `item ${minute}`, pythonFrames('a:1:a'))], { service });
    const issues = issuesOf([failed(0, 'shop'), failed(1, 'shop'), failed(2, 'mail')]);
    expect(issues.map(({ service, incidentCount }) => [service, incidentCount])).toEqual([
      ['shop', 2],
      ['mail', 1],
    ]);
    expect(new Set(issues.map(({ id }) => id)).size).toBe(2);
  });

  it('of messages meet by their sentence, also when it shows only later that a word is a value', () => {
    const hosts = [
      'db-north-1',
      'db-south-2',
      'db-west-3',
      'db-east-4',
      'db-mid-5',
      'db-far-6',
      'db-near-7',
      'db-old-8',
    ];
    const issues = issuesOf(hosts.map((host, index) => said(`cannot reach host ${host} of the shop`, index)));
    expect(issues).toHaveLength(1);
    expect(issues[0]?.incidentCount).toBe(hosts.length);
  });

  it('of different sentences stay apart', () => {
    expect(issuesOf([said('cannot open the order book', 0), said('payment was refused twice today', 1)])).toHaveLength(
      2,
    );
  });

  it('tell errors from warnings of the same words', () => {
    const issues = issuesOf([said('stock is low', 0), said('stock is low', 1, { severityNumber: 13 })]);
    expect(issues.map(({ kind }) => kind)).toEqual(['error', 'warning']);
    expect(new Set(issues.map(({ id }) => id)).size).toBe(2);
  });

  it('come gravest first: deaths, then errors by number of incidents, then warnings', () => {
    const issues = issuesOf([
      ...[0, 1, 2, 3].map((minute) => said('stock is low', minute, { severityNumber: 13 })),
      said('cannot open the order book', 0),
      ...[0, 1].map((minute) => requestEntry(at(minute * 60_000), { path: '/x', status: 500 })),
      said('Container called exit(1).', 0),
    ]);
    expect(issues.map(({ title }) => title)).toEqual([
      'Container called exit(1).',
      'HTTP 500 on GET /x',
      'cannot open the order book',
      'stock is low',
    ]);
  });

  it('name endpoints and revisions, most frequent first', () => {
    const failed = (minute: number, revision: string) =>
      requestEntry(at(minute * 60_000), { path: `/x/${minute}`, status: 500 }, { revision });
    const [issue] = issuesOf([failed(0, 'r-1'), failed(1, 'r-2'), failed(2, 'r-2')]);
    expect(issue).toMatchObject({
      endpoints: ['GET /x/:id'],
      revisions: ['r-2', 'r-1'],
      firstSeen: at(0),
      lastSeen: at(120_000),
    });
  });
});
