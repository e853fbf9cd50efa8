import { resolveArtifact } from './resolve-artifact.ts';
import {
  createSupervisedTarget,
  type PlainSettings,
  type SupervisedService,
  type SupervisedTarget,
} from './supervised-target.ts';
import type { Launch } from './supervisor/state.ts';

export interface ProcessTargetOptions extends SupervisedService {
  launch: Launch & { source: { repository: string } | { folder: string } };
}

export type ProcessTarget = SupervisedTarget;

/** The embedded default: revisions are processes of this machine behind a reverse proxy. */
export function createProcessTarget(options: ProcessTargetOptions): ProcessTarget {
  const { launch } = options;
  return createSupervisedTarget(options, {
    kind: 'process',
    launch,
    defaultArtifact: async () => ('repository' in launch.source ? 'HEAD' : launch.source.folder),
    resolve: (artifact) => resolveArtifact(launch, artifact),
    plainSettings: async () => plainSettings(launch, launch.command),
    plainSettingsOf: async ({ command }) => plainSettings(launch, command),
    prepare: async () => launch.command,
    vitalsOf: async (_revision, memoryBytes) => ({ memoryBytes }),
  });
}

/** What every revision of this target has in common with the configuration. */
function plainSettings({ healthPath, build }: Launch, command: readonly string[]): PlainSettings {
  return {
    secrets: {},
    cpu: null,
    concurrency: null,
    minInstances: 1,
    maxInstances: 1,
    probes: {
      startup: healthPath === null ? null : JSON.stringify({ path: healthPath }),
      liveness: null,
      readiness: null,
    },
    serviceAccount: null,
    access: { isAnonymousAllowed: true, callers: [] },
    other: { command: JSON.stringify(command), ...(build ? { build: JSON.stringify(build) } : {}) },
  };
}
