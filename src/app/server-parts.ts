import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import { type Clock, messagesFor } from '../core/shared/index.ts';
import { DEFAULT_SERVER_KNOBS, type ServerOptions } from '../server/index.ts';
import { authDatabaseOf } from './auth-database.ts';
import { reportsDueAfter } from './jobs/report-schedule.ts';
import { loadSample } from './sample.ts';
import type { ThreadIntake } from './thread-intake.ts';
import { triggerCheck, wireHelp } from './wire-help.ts';
import type { createWorkPool } from './work-pool.ts';

const DASHBOARD = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

export interface Parts
  extends Pick<
    ServerOptions,
    | 'analysis'
    | 'debates'
    | 'liveEvents'
    | 'audit'
    | 'live'
    | 'jobs'
    | 'alerts'
    | 'telling'
    | 'partProblems'
    | 'followed'
    | 'templates'
    | 'coordination'
    | 'changes'
    | 'search'
    | 'metrics'
    | 'usage'
    | 'fixes'
  > {
  store: Store;
  intake: ThreadIntake;
  work: ReturnType<typeof createWorkPool>;
  logger: Logger;
  clock: Clock;
  version: string;
}

/** Everything the server is given but reports and agents. */
export async function serverParts(
  configuration: settings.Configuration,
  parts: Parts,
): Promise<Omit<ServerOptions, 'makeReport' | 'mcp'>> {
  const { language, report, timeZone } = configuration;
  const { store, intake, work, clock, ...rest } = parts;
  return {
    ...rest,
    store: { ...store, events: store.index, issueWriter: store.issues, sent: store.notifications.log },
    authDatabase: authDatabaseOf(store),
    intake,
    clock,
    renderReport: async (content, format, reader) => {
      const { renderReport } = await import('../core/reports/index.ts');
      return renderReport(content, format, {
        ...report,
        messages: messagesFor(reader),
        language: reader,
        templates: parts.templates.library,
      });
    },
    evidenceOf: work.evidenceOf,
    handOffOf: async (issueId, format, reader) => {
      const { markdown, json } = await work.handOffOf(issueId, reader);
      return format === 'markdown' ? markdown : JSON.stringify(json, null, 2);
    },
    loadSample: (project) => loadSample(intake, project, clock),
    dueAfter: reportsDueAfter(configuration),
    dashboardFolder: DASHBOARD,
    wire: wireHelp(configuration, await instanceIdOf(store)),
    trigger: triggerCheck(configuration),
    language,
    timeZone,
    knobs: { ...DEFAULT_SERVER_KNOBS, ...settings.serverKnobsOf(configuration) },
  };
}

/** Names this installation to clients that ask which cluster they talk to. */
async function instanceIdOf({ settings: kept }: Store): Promise<string> {
  const known = await kept.get('instance.id');
  if (typeof known === 'string') return known;
  const made = randomUUID();
  await kept.set('instance.id', made);
  return made;
}
