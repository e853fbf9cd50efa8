import type { Store } from '../../adapters/store/sql/index.ts';
import type { UsageReader } from '../../core/alerts/index.ts';

/** Services whose newest record is older have nothing to judge. */
const DAY_MS = 24 * 60 * 60_000;

/** Usage, as rules look at it: each service of its own. */
export function usageForAlerts({ usage }: Pick<Store, 'usage'>): UsageReader {
  async function services(from: number): Promise<{ service: string; projectId: number | null }[]> {
    const projects = new Map<string, number | null>();
    for (const { service, projectId, at } of await usage.lastRecords()) {
      if (at < from - DAY_MS) continue;
      // Several projects with a service of that name: counts are kept by name.
      projects.set(service, projects.has(service) && projects.get(service) !== projectId ? null : projectId);
    }
    return [...projects].map(([service, projectId]) => ({ service, projectId }));
  }

  return {
    async usage({ of, from, to, projectId }) {
      const rows = [];
      for (const found of await services(from)) {
        if (projectId !== null && found.projectId !== projectId) continue;
        const { service } = found;
        const value =
          of === 'user-errors'
            ? (await usage.parts({ from, to, service })).counts.reduce((sum, { errors }) => sum + errors, 0)
            : of === 'users'
              ? (await usage.parts({ from, to, service })).activeUsers
              : await usage.sessions({ from, to, service });
        rows.push({ ...found, value });
      }
      return rows;
    },

    async errorRates({ from, to }) {
      const rows = [];
      for (const found of await services(from))
        rows.push({ ...found, ...(await usage.errorRate({ from, to, service: found.service })) });
      return rows;
    },

    usersWithErrors: (query) => usage.usersWithErrors(query),
  };
}
