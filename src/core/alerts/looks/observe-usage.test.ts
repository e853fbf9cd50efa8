import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../shared/index.ts';
import { MINUTE, setUp } from '../alert-fixtures.ts';
import type { UsageReader } from '../ports.ts';
import { usageRules } from '../rules/built-in.ts';

const knobs = { errorRatePercent: 10, errorRateRequests: 20, userErrors: 5, userErrorsMinutes: 10 };
const rules = usageRules(knobs);
const others = { issues: null, jobs: null, parts: { parts: async () => [] } };

type Rate = Awaited<ReturnType<UsageReader['errorRates']>>[number];
type User = Awaited<ReturnType<UsageReader['usersWithErrors']>>[number];

function open() {
  const rates: Rate[] = [];
  const users: User[] = [];
  const asked: Parameters<UsageReader['usersWithErrors']>[0][] = [];
  const usage: UsageReader = {
    usage: async () => [],
    errorRates: async () => rates,
    async usersWithErrors(query) {
      asked.push(query);
      return users;
    },
  };
  const made = setUp(rules, { readers: { ...others, usage } });
  const rows = (type: string) => [...made.store.tables.alerts.values()].filter((alert) => alert.type === type);
  return { rates, users, asked, rows, row: (type: string) => rows(type)[0], alerts: made.alerts, clock: made.clock };
}

describe('the rate of errors', () => {
  it('fires above ten per cent of at least twenty requests, never at ten', async () => {
    const { rates, alerts, row } = open();
    const look = async (requests: number, errors: number) => {
      rates.splice(0, 1, { service: 'shop', projectId: 1, requests, errors });
      await alerts.evaluateSchedules();
      return row('USAGE_ERROR_RATE')?.state;
    };
    expect(await look(19, 19)).toBeUndefined();
    expect(await look(20, 2)).toBeUndefined();
    expect(await look(1_000, 100)).toBeUndefined();
    expect(await look(20, 3)).toBe('firing');
    const alert = row('USAGE_ERROR_RATE');
    expect(alert).toMatchObject({ value: 15, unit: '%', subject: { kind: 'service', id: 'shop' } });
    expect(alert?.description).toBe('15 % of the requests to shop failed within 1 h: 3 of 20 (limit: above 10 %)');
  });

  it('is over once it was below for half an hour, a look a minute', async () => {
    const { rates, alerts, row, clock } = open();
    rates.push({ service: 'shop', projectId: 1, requests: 100, errors: 50 });
    await alerts.evaluateSchedules();
    rates.splice(0, 1, { service: 'shop', projectId: 1, requests: 100, errors: 1 });
    for (let minute = 0; minute < 30; minute++) {
      clock.at += MINUTE;
      await alerts.evaluateSchedules();
      expect(row('USAGE_ERROR_RATE')?.state, `minute ${minute}`).toBe('firing');
    }
    clock.at += MINUTE;
    await alerts.evaluateSchedules();
    expect(row('USAGE_ERROR_RATE')?.state).toBe('resolved');
  });
});

describe('errors of one user', () => {
  const user = (name: string, at: number): User => ({
    ...{ user: name, errors: 5, reachedAt: at, stillAt: at, lastAt: at },
    ...{ projectId: 1, service: 'shop', endpoint: '/api/orders/:id' },
  });

  it('are one alert for each user, from the fifth on until ten minutes have passed without another', async () => {
    const { users, asked, alerts, row, rows, clock } = open();
    const now = clock.at;
    users.push(user('ana@example.com', now - MINUTE), user('bob@example.com', now - 11 * MINUTE));
    await alerts.evaluateSchedules();
    expect(asked[0]).toMatchObject({ atLeast: 5, withinMs: 10 * MINUTE, from: now - 20 * MINUTE });
    const told = messagesFor('en').alerts.errorsOfUser({
      ...{ user: 'ana@example.com', errors: 5, within: '10 min', service: 'shop', endpoint: '/api/orders/:id' },
    });
    expect(row('USER_ERRORS')).toMatchObject({ state: 'firing', projectId: null, description: told });
    users[0] = user('ana@example.com', now + MINUTE);
    clock.at += 2 * MINUTE;
    await alerts.evaluateSchedules();
    expect(rows('USER_ERRORS')).toHaveLength(1);
    clock.at += 10 * MINUTE;
    await alerts.evaluateSchedules();
    expect(row('USER_ERRORS')?.state).toBe('resolved');
  });

  it('are looked at alone where only that rule is asked', async () => {
    const { rates, users, alerts, row, clock } = open();
    rates.push({ service: 'shop', projectId: 1, requests: 100, errors: 50 });
    users.push(user('ana@example.com', clock.at));
    await alerts.evaluateSchedules(undefined, ['usage-errors-of-user']);
    expect([row('USER_ERRORS')?.state, row('USAGE_ERROR_RATE')]).toEqual(['firing', undefined]);
  });
});
