import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../../test/contract/open-stores.ts';
import { GuardianError } from '../../shared/index.ts';
import { ANA, directoryOf, HOUR, MINUTE, NOON } from '../acceptance-fixtures.ts';
import { createDeadManSwitch, type DeadManSwitchOptions, type Outage } from './dead-man-switch.ts';
import { queueDrill, queueTest } from './drill.ts';

let now = NOON;
const clock = { now: () => now };

describe('the dead-man’s switch (F1, F18, C14)', () => {
  let turning: Record<'store' | 'scheduler' | 'deliveries', boolean | Error>;
  let pings: number[];
  let told: Outage[];
  let failures: string[];
  beforeEach(() => {
    now = NOON;
    turning = { store: true, scheduler: true, deliveries: true };
    pings = [];
    told = [];
    failures = [];
  });
  const part = (name: keyof typeof turning) => async () => {
    const is = turning[name];
    if (is instanceof Error) throw is;
    return is;
  };
  function open(more: Partial<DeadManSwitchOptions> = {}) {
    const { turn } = createDeadManSwitch({
      parts: { store: part('store'), scheduler: part('scheduler'), deliveries: part('deliveries') },
      ping: async () => void pings.push(now - NOON),
      emergency: async (outage) => void told.push(outage),
      clock,
      coolDownMs: 30 * MINUTE,
      onFailure: (what, { code }) => failures.push(`${what}: ${code}`),
      ...more,
    });
    return async (minutes: number) => {
      const still: string[][] = [];
      for (let minute = 0; minute < minutes; minute++) {
        still.push(await turn());
        now += MINUTE;
      }
      return still.at(-1);
    };
  }

  it('pings outside while all parts turn, and is silent while one does not', async () => {
    const turns = open();
    await turns(2);
    turning.scheduler = false;
    expect(await turns(2)).toEqual(['scheduler']);
    turning.scheduler = true;
    turning.deliveries = new Error('stopped');
    expect(await turns(1)).toEqual(['deliveries']);
    turning.deliveries = true;
    await turns(1);
    expect(pings).toEqual([0, MINUTE, 5 * MINUTE]);
    expect(told).toEqual([]);
  });

  it('with the store down uses the emergency channel within two minutes, once in the cool-down, and says when it is over', async () => {
    const turns = open();
    turning.store = new GuardianError('store_unavailable', { reason: 'connect ECONNREFUSED' });
    await turns(1);
    expect(told).toEqual([]);
    await turns(1);
    expect(told).toEqual([{ kind: 'began', since: NOON, reason: 'connect ECONNREFUSED' }]);
    await turns(30);
    expect(told).toHaveLength(2);
    turning.store = true;
    await turns(5);
    expect(told.at(-1)).toEqual({ kind: 'over', since: NOON, reason: null });
    expect(told).toHaveLength(3);
  });

  it('tells nobody of one look that failed, nor of its end', async () => {
    const turns = open();
    turning.store = false;
    await turns(1);
    turning.store = true;
    await turns(3);
    expect(told).toEqual([]);
  });

  it('tries again when the emergency channel did not take it, and tells of what it could not reach', async () => {
    let isDown = true;
    const turns = open({
      emergency: async (outage) => {
        if (isDown) throw new GuardianError('delivery_unreachable');
        told.push(outage);
      },
      ping: async () => {
        throw new GuardianError('delivery_unreachable');
      },
    });
    await turns(1);
    turning.store = false;
    await turns(3);
    isDown = false;
    await turns(1);
    expect(failures).toEqual([
      'dead-man’s ping: delivery_unreachable',
      'emergency channel: delivery_unreachable',
      'emergency channel: delivery_unreachable',
    ]);
    expect(told).toHaveLength(1);
  });
});

describe('tests and drills (C4, F10)', () => {
  let stores: OpenedStores;
  beforeEach(async () => {
    now = Date.parse('2026-02-01T04:59:00Z');
    stores = await DATABASES[0]!.open({ clock });
  });
  afterEach(() => stores.close());
  const bo = {
    ...ANA,
    id: 'bo',
    language: 'fr' as const,
    addresses: { email: ['bo@piano.ca'], sms: ['+15148880001'] },
  };
  const options = () => ({ store: stores.main.notifications, directory: directoryOf([ANA, bo]), clock, tag: 'G' });
  const listed = async () =>
    (await stores.main.notifications.log.list({}, { cursor: null, limit: 50 })).items.map(
      ({ occasion, channel, address }) => [occasion, channel, address].join(' '),
    );

  it('are messages that take the real way, in the language of their reader', async () => {
    const [id, ...others] = await queueTest(options(), { recipientId: 'bo', channel: 'email' });
    expect(others).toEqual([]);
    const found = await stores.main.notifications.log.get(id!);
    expect(found).toMatchObject({
      delivery: { occasion: 'test', state: 'pending', address: 'bo@piano.ca' },
      message: { language: 'fr' },
    });
    expect(await queueTest(options(), { recipientId: 'bo', channel: 'slack' })).toEqual([]);
    expect(await queueTest(options(), { recipientId: 'who', channel: 'email' })).toEqual([]);
  });

  it('are drills once a month of the wall’s calendar, over every channel, to another person each time', async () => {
    // Still January in Montreal.
    expect(await queueDrill(options(), 'America/Montreal')).toHaveLength(2);
    expect(await queueDrill(options(), 'America/Montreal')).toEqual([]);
    expect((await listed()).sort()).toEqual(['test email ana@piano.ca', 'test sms +15148880001']);
    now += HOUR;
    expect(await queueDrill(options(), 'America/Montreal')).toHaveLength(2);
    expect(await listed()).toContain('test email bo@piano.ca');
  });
});
