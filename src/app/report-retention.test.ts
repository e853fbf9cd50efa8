import { expect, it } from 'vitest';
import { DATABASES } from '../../test/contract/open-stores.ts';
import { sampleReport } from '../../test/fixtures/sample-report.ts';
import { configurationSchema } from '../config/schema.ts';
import { pruning } from './pruning.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 0, 31);
const clock = { now: () => NOW };

it.each(DATABASES)(
  'reports are forgotten after their days, but the newest of each service stays: $name',
  async ({ open }) => {
    const { main, projectIds, close } = await open({ clock });
    try {
      for (const [id, service, ageDays] of [
        ['old', 'shop', 31],
        ['young', 'shop', 29],
        ['last', 'pay', 90],
      ] as const) {
        const madeAt = NOW - ageDays * DAY_MS;
        const about = { id, projectId: projectIds[0], service, status: 'OK', occasion: 'schedule' } as const;
        const times = { from: madeAt - 1, to: madeAt, madeAt, intervalMs: null };
        await main.reports.add({ ...about, ...times, errors: 0, warnings: 0, problem: null }, sampleReport());
      }
      const configuration = configurationSchema.parse({ retention: { reportDays: 30 } });
      await pruning({ configuration, store: main, clock }, new AbortController().signal);
      const filter = { projectId: null, service: null, status: null, cursor: null, limit: 9 };
      expect((await main.reports.list(filter)).items.map(({ id }) => id)).toEqual(['young', 'last']);
      expect(await main.reports.get('old')).toBeNull();
    } finally {
      await close();
    }
  },
);
