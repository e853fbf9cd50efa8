import { describe, expect, it } from 'vitest';
import { DEFAULT_NOTIFY_KNOBS } from '../knobs.ts';
import type { Recipient, Route } from '../notification.ts';
import { addressName, addressOf } from './address-name.ts';
import type { Directory } from './directory.ts';
import { explainRoutes } from './explain-routes.ts';
import { type Matched, matchRoutes } from './match-routes.ts';

const NOW = Date.UTC(2026, 0, 12, 17, 0);
const HOOK = 'https://hooks.slack.com/services/T000/B000/secret';
const person = (id: string, more: Partial<Recipient> = {}): Recipient => ({
  id,
  name: id,
  roles: [],
  addresses: { email: [`${id}@piano.ca`] },
  timeZone: 'America/Montreal',
  language: 'fr',
  quietHours: null,
  ...more,
});
const route = (name: string, more: Partial<Omit<Route, 'match'>> = {}, match: Partial<Route['match']> = {}): Route => ({
  name,
  occasions: ['alert_fired'],
  to: ['allan'],
  channels: ['email'],
  ...more,
  match: { severityAtLeast: null, jobs: [], types: [], services: [], labels: {}, ...match },
});
const nicolas = person('nicolas', {
  roles: ['administrators'],
  addresses: { email: ['nicolas@piano.ca'], slack: [`${HOOK}1`, `${HOOK}2`], sms: ['+15148880001'] },
});
const allan = person('allan', {
  roles: ['technicians'],
  addresses: { email: ['allan@piano.ca'], slack: [`${HOOK}3`] },
});
const ALLANAH = person('allanah');
const directory = (routes: Route[], more: Partial<Directory> = {}): Directory => ({
  recipients: [nicolas, allan, ALLANAH],
  routes,
  rotations: [],
  ...more,
});
const dry: Matched = {
  occasion: 'alert_fired',
  severity: 'warning',
  match: { job: null, type: 'TOO_DRY', service: null, labels: { place: 'hall', client: 'opera' } },
};
const sync: Matched = {
  occasion: 'job_failed',
  severity: 'error',
  match: { job: 'full_sync', type: null, service: null, labels: {} },
};
const who = (matched: Matched, given: Directory) => {
  const { targets, isUnrouted } = matchRoutes(matched, given, DEFAULT_NOTIFY_KNOBS, NOW);
  return {
    isUnrouted,
    to: targets.map(({ recipientId, channel, routes }) => `${recipientId} ${channel} ${routes.join('+')}`),
  };
};

describe('the routes of the predecessor', () => {
  const routes = [
    route(
      'syncs',
      { occasions: ['job_failed'], to: ['role:administrators'], channels: ['slack'] },
      { jobs: ['full_sync', 'timeline_report'] },
    ),
    route('humidity a', { to: ['allan'], channels: ['email', 'slack'] }, { types: ['TOO_DRY', 'TOO_HUMID'] }),
    route('humidity b', { to: ['allanah'], channels: ['email'] }, { types: ['TOO_DRY', 'TOO_HUMID'] }),
  ];

  it('send a failed sync to every webhook of the administrators, and dryness to both technicians', () => {
    expect(who(sync, directory(routes))).toEqual({
      isUnrouted: false,
      to: ['nicolas slack syncs', 'nicolas slack syncs'],
    });
    expect(who(dry, directory(routes))).toEqual({
      isUnrouted: false,
      to: ['allan email humidity a', 'allan slack humidity a', 'allanah email humidity b'],
    });
  });

  it('F15: match people by their whole id, never by a part of a name', () => {
    const { to } = who(dry, directory([route('r', { to: ['allan'] })]));
    expect(to).toEqual(['allan email r']);
    expect(who(dry, directory([route('r', { to: ['alla'] })])).to).toEqual([]);
  });

  it('F15: what nothing matches goes to the administrators, marked, and to no default person', () => {
    const late: Matched = { ...sync, occasion: 'job_late' };
    expect(who(late, directory(routes))).toEqual({
      isUnrouted: true,
      to: ['nicolas email ', 'nicolas slack ', 'nicolas slack '],
    });
    expect(who(late, directory(routes, { recipients: [allan] }))).toEqual({ isUnrouted: true, to: [] });
    const bySms = person('boss', { roles: ['administrators'], addresses: { sms: ['+15148880009'] } });
    expect(who(late, directory(routes, { recipients: [bySms] })).to).toEqual(['boss sms ']);
  });

  it('tell nobody of what nobody has to hear of, unless a route asks for it', () => {
    const ended: Matched = { ...sync, occasion: 'chain_finished' };
    expect(who(ended, directory(routes)).to).toEqual([]);
    expect(who(ended, directory([route('chains', { occasions: ['chain_finished'] })])).to).toEqual([
      'allan email chains',
    ]);
  });
});

describe('a route', () => {
  it.each([
    ['an occasion', route('r', { occasions: ['job_failed'] }), false],
    ['a severity that is reached', route('r', {}, { severityAtLeast: 'warning' }), true],
    ['a severity that is not', route('r', {}, { severityAtLeast: 'error' }), false],
    ['a type', route('r', {}, { types: ['TOO_HUMID', 'TOO_DRY'] }), true],
    ['a pattern of types', route('r', {}, { types: ['TOO_*'] }), true],
    ['a pattern that ends otherwise', route('r', {}, { types: ['*_HUMID'] }), false],
    ['a pattern with a middle', route('r', {}, { types: ['T*_D*Y'] }), true],
    ['a pattern whose parts overlap', route('r', {}, { types: ['TOO_DR*RY'] }), false],
    ['a job where there is none', route('r', {}, { jobs: ['*'] }), false],
    ['labels that are there', route('r', {}, { labels: { place: 'hall', client: 'opera' } }), true],
    ['a label with another value', route('r', {}, { labels: { place: 'foyer' } }), false],
    ['a label that every object has', route('r', {}, { labels: { constructor: 'x' } }), false],
    ['nothing at all', route('r', { occasions: [] }), true],
  ])('asks for %s', (_, given, isMatched) => {
    const { routes } = explainRoutes(dry, directory([given]), DEFAULT_NOTIFY_KNOBS, NOW);
    expect(routes[0]!.isMatched).toBe(isMatched);
  });

  it('F26: adds to others, and one recipient, channel and address gets one delivery', () => {
    const given = directory([route('one'), route('two', { to: ['role:technicians', 'allan'] })]);
    expect(who(dry, given).to).toEqual(['allan email one+two']);
  });

  it('C4: is explained: which condition failed, and who would get it when', () => {
    const asleep = { ...allan, quietHours: { from: '11:00', to: '13:00', release: '13:05' } };
    const explained = explainRoutes(
      dry,
      directory([route('graver', {}, { severityAtLeast: 'critical' }), route('all')], { recipients: [asleep] }),
      DEFAULT_NOTIFY_KNOBS,
      NOW,
    );
    expect(explained).toMatchObject({
      isUnrouted: false,
      routes: [
        {
          name: 'graver',
          isMatched: false,
          conditions: [{ isMet: true }, { name: 'severity', wanted: 'critical', found: 'warning', isMet: false }],
        },
        { name: 'all', isMatched: true },
      ],
      targets: [{ recipientId: 'allan', name: 'allan', address: 'allan@piano.ca', quietUntil: NOW + 65 * 60_000 }],
    });
  });
});

describe('an on-call rotation', () => {
  const rotation = (everyMs: number) => ({
    role: 'oncall',
    members: ['nicolas', 'allan', 'allanah'],
    from: Date.parse('2026-01-05T09:00:00-05:00'),
    everyMs,
    timeZone: 'America/Montreal',
  });
  const WEEK = 7 * 24 * 60 * 60_000;
  const onCallAt = (instant: string, everyMs = WEEK) =>
    matchRoutes(
      dry,
      directory([route('r', { to: ['role:oncall'] })], { rotations: [rotation(everyMs)] }),
      DEFAULT_NOTIFY_KNOBS,
      Date.parse(instant),
    ).targets.map(({ recipientId }) => recipientId);

  it('is one person at a time, handed over at its hour', () => {
    expect(onCallAt('2026-01-05T09:00:00-05:00')).toEqual(['nicolas']);
    expect(onCallAt('2026-01-12T08:59:59-05:00')).toEqual(['nicolas']);
    expect(onCallAt('2026-01-12T09:00:00-05:00')).toEqual(['allan']);
    expect(onCallAt('2026-01-26T09:00:00-05:00')).toEqual(['nicolas']);
    expect(onCallAt('2025-12-31T09:00:00-05:00')).toEqual(['allanah']);
  });

  it('F21: is handed over at the same hour of the wall when the clocks have changed', () => {
    expect(onCallAt('2026-03-16T08:59:59-04:00')).toEqual(['nicolas']);
    expect(onCallAt('2026-03-16T09:00:00-04:00')).toEqual(['allan']);
  });

  it('of hours goes by elapsed time', () => {
    expect(onCallAt('2026-01-05T20:59:59-05:00', WEEK / 14)).toEqual(['nicolas']);
    expect(onCallAt('2026-01-05T21:00:00-05:00', WEEK / 14)).toEqual(['allan']);
  });
});

describe('an address that is a secret (F27)', () => {
  it('is kept by its name, and found again while it is configured', () => {
    const name = addressName('slack', `${HOOK}1`);
    expect(name).toMatch(/^hooks\.slack\.com#[0-9a-f]{8}$/);
    expect(addressName('slack', `${HOOK}2`)).not.toBe(name);
    expect(addressName('pagerduty', 'R0UT1NGKEY')).toMatch(/^pagerduty#[0-9a-f]{8}$/);
    expect(addressName('email', 'ana@piano.ca')).toBe('ana@piano.ca');
    const kept = { recipientId: 'nicolas', channel: 'slack' as const, address: name };
    expect(addressOf(nicolas, kept)).toBe(`${HOOK}1`);
    expect(addressOf(allan, kept)).toBeNull();
    expect(addressOf(null, kept)).toBeNull();
    expect(addressOf(null, { recipientId: '', channel: 'email', address: 'x@piano.ca' })).toBe('x@piano.ca');
  });
});
