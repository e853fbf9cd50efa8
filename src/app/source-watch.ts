import { resolve } from 'node:path';
import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { FollowedState } from '../core/reports/ports.ts';

/** A source that Guardian goes to by itself, as the configuration names it. */
interface NamedSource extends Pick<FollowedState, 'source' | 'kind' | 'name' | 'service' | 'everyMs'> {
  /** Slug. */
  project: string;
}

export interface SourceWatch {
  /** How far each was read, and what keeps it from being read. */
  states(): Promise<FollowedState[]>;
  /** Of those that the events of a service may come from; not of what listens: nobody knows what was not sent. */
  statesFor(about: { projectId: number | null; service: string | null }): Promise<FollowedState[]>;
}

export const SYSLOG = 'syslog';

/** In the order of the configuration. */
function sourcesNamed(configuration: settings.Configuration, folder: string): NamedSource[] {
  const { sources, cloudLogging, service } = configuration;
  const named = sources.files.map((file): NamedSource => {
    const path = resolve(folder, file.path);
    return { source: `file:${path}`, kind: 'file', name: path, project: file.project, service: null, everyMs: null };
  });
  if (settings.hasSyslog(configuration)) {
    const { project } = sources.syslog;
    named.push({ source: SYSLOG, kind: 'syslog', name: 'syslog', project, service: null, everyMs: null });
  }
  const { cloudLoggingEveryMs: everyMs, cloudLoggingProject: project } = sources;
  if (everyMs === null || cloudLogging.project === null) return named;
  const source = `cloud-logging:${cloudLogging.project}`;
  const name = `Cloud Logging ${cloudLogging.project}`;
  return [...named, { source, kind: 'cloud-logging', name, project, service, everyMs }];
}

export function createSourceWatch(given: {
  configuration: settings.Configuration;
  folder: string;
  store: Pick<Store, 'sourceStates' | 'projects' | 'index'>;
}): SourceWatch {
  const { store } = given;
  const named = sourcesNamed(given.configuration, given.folder);

  return {
    states,
    async statesFor({ projectId, service }) {
      const found: FollowedState[] = [];
      for (const state of await states()) {
        const isOfProject = projectId === null || state.projectId === projectId;
        if (isOfProject && state.kind !== 'syslog' && (service === null || (await isFrom(state, service))))
          found.push(state);
      }
      return found;
    },
  };

  async function states(): Promise<FollowedState[]> {
    if (named.length === 0) return [];
    const [projects, known] = await Promise.all([
      store.projects.list(),
      store.sourceStates.of(named.map(({ source }) => source)),
    ]);
    return named.flatMap(({ project, ...about }) => {
      const projectId = projects.find(({ slug }) => slug === project)?.id;
      if (projectId === undefined) return [];
      const state = known.find(({ source }) => source === about.source);
      return { seenUntil: null, problem: null, failingSince: null, ...state, ...about, projectId };
    });
  }

  /** By what it brought before; one that never brought anything of the service tells nothing of it. */
  async function isFrom({ kind, projectId, service: own }: FollowedState, service: string): Promise<boolean> {
    if (own !== null) return own.toLowerCase() === service.toLowerCase();
    const fields = [
      { name: 'service', value: service, isExcluded: false },
      { name: 'source', value: kind, isExcluded: false },
    ];
    const open = { words: [], minimumSeverity: null, from: null, to: null, cursor: null };
    const { events } = await store.index.search({ ...open, fields, projectId, limit: 1, order: 'newest' });
    return events.length > 0;
  }
}
