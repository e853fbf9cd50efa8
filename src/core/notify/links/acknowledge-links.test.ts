import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../../test/contract/open-stores.ts';
import { ANA, acceptance, directoryOf, HOUR, NOON, type Seen } from '../acceptance-fixtures.ts';
import { createLinkPages, type LinkPage } from './acknowledge-by-link.ts';
import { createAcknowledgeLinks } from './acknowledge-links.ts';

const WEEK = 7 * 24 * HOUR;
let now = NOON;
const clock = { now: () => now };
let stores: OpenedStores;
beforeEach(async () => {
  now = NOON;
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(() => stores.close());
const links = () => createAcknowledgeLinks({ settings: stores.main.settings, clock, linkMs: WEEK });
const link = { alerts: [{ id: 'alert-1', firing: 2 }], recipientId: 'ana' };

describe('a token', () => {
  it('is read by every process of the installation until it expires', async () => {
    const token = await links().sign(link);
    expect(token).toMatch(/^v1\.[\w-]+\.[\w-]{43}$/);
    now += WEEK - 1;
    expect(await links().read(token)).toEqual({ kind: 'valid', link, expiresAt: NOON + WEEK });
    now += 1;
    expect(await links().read(token)).toEqual({ kind: 'expired' });
  });

  it('that was changed, cut or made up is none', async () => {
    const token = await links().sign(link);
    const [version, payload, signature] = token.split('.');
    const other = Buffer.from(JSON.stringify([[['alert-2', 1]], 'ana', NOON + WEEK])).toString('base64url');
    const wrong = [
      `${version}.${other}.${signature}`,
      `v2.${payload}.${signature}`,
      `${version}.${payload}.${signature!.slice(0, -2)}`,
      `${version}.${payload}`,
      `${token}.x`,
      '',
      '...',
      `v1.${'a'.repeat(5_000)}.b`,
    ];
    for (const made of wrong) expect(await links().read(made)).toEqual({ kind: 'invalid' });
  });

  it('of another installation is none: each has a secret of its own', async () => {
    const token = await links().sign(link);
    await stores.main.settings.set('notify.linkSecret', '00'.repeat(32));
    expect(await links().read(token)).toEqual({ kind: 'invalid' });
  });
});

describe('a link in a message (C8)', () => {
  const tokenOf = ({ message }: Seen) => new URL(message.acknowledgeUrl!).pathname.replace('/ack/', '');

  it('shows what it is about, changes nothing by being looked at, and acknowledges as its recipient', async () => {
    const pages: (LinkPage & { changed?: readonly string[] })[] = [];
    const seen: Seen[] = [];
    let changes: unknown[] = [];
    await acceptance({ until: 20, knobs: { repeatMs: null }, onSeen: (one) => seen.push(one) }, ({ push, want }) => {
      push(0, { fire: 'hall' });
      want(0, 0.1);
      push(1, {
        call: async ({ stores: opened, alerts, now: at, idOf }) => {
          const pagesOf = createLinkPages({
            links: createAcknowledgeLinks({ settings: opened.main.settings, clock: { now: at }, linkMs: WEEK }),
            alerts: opened.main.alerts,
            acknowledge: async (ids, by) => {
              const outcome = await alerts.act(ids, { kind: 'acknowledge', notes: null }, by);
              return outcome.changed.map(({ id }) => id);
            },
          });
          const token = tokenOf(seen[0]!);
          for (let looks = 0; looks < 3; looks++) pages.push(await pagesOf.page(token));
          pages.push(await pagesOf.acknowledge(token), await pagesOf.acknowledge(token));
          await alerts.postAlert({ ...(await resolved(opened, idOf('hall'))), state: 'resolved' });
          pages.push(await pagesOf.page(token), await pagesOf.acknowledge('made.up.token'));
          changes = (await opened.main.alerts.changes(idOf('hall'))).map(({ action, by }) => [action, by]);
        },
      });
      want(1, 1.1, { occasion: 'alert_resolved' });
    });
    const states = pages.map((page) => (page.kind === 'page' ? page.alerts[0]!.state : page.kind));
    expect(states).toEqual(['open', 'open', 'open', 'acknowledged', 'acknowledged', 'resolved', 'invalid']);
    expect(pages.map(({ changed }) => changed?.length ?? null)).toEqual([null, null, null, 1, 0, null, 0]);
    expect(changes).toEqual([
      ['fired', 'guardian'],
      ['acknowledged', 'link:ana'],
      ['resolved', 'guardian'],
    ]);
  });

  it('stands in messages of several alerts too, over every channel, and in none of what is over', async () => {
    const phone = { ...ANA, id: 'bo', addresses: { sms: ['+15148880001'] } };
    const seen: Seen[] = [];
    const directory = directoryOf(
      [ANA, phone],
      [
        {
          name: 'r',
          occasions: ['alert_fired'],
          match: { severityAtLeast: null, jobs: [], types: [], services: [], labels: {} },
          to: ['ana', 'bo'],
          channels: ['email', 'sms'],
        },
      ],
    );
    await acceptance(
      { until: 20, directory, knobs: { repeatMs: null }, onSeen: (one) => seen.push(one) },
      ({ push, want }) => {
        push(0, { fire: 'hall' });
        push(1, { fire: 'foyer' });
        push(2, { fire: 'attic' });
        push(10, { resolve: 'hall' });
        for (const to of ['ana@piano.ca', '+15148880001']) {
          want(0, 0.1, { to });
          want(5, 5.1, { to, of: ['attic', 'foyer'] });
          want(10, 10.1, { to, occasion: 'alert_resolved' });
        }
      },
    );
    expect(seen.map(({ message }) => message.acknowledgeUrl !== null)).toEqual([true, true, true, true, false, false]);
    expect(new Set(seen.slice(0, 4).map(tokenOf)).size).toBe(4);
  });
});

async function resolved({ main }: OpenedStores, id: string) {
  const { projectId, type, severity, subject, value, unit, threshold, description, advice, evidence } =
    (await main.alerts.get(id))!;
  return { projectId, type, severity, subject, value, unit, threshold, description, advice, evidence };
}
