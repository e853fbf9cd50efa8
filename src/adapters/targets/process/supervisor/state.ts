import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Sentence } from '../../../../core/shared/index.ts';

/** How a service is run, from the configuration; written beside the state, read at each start of the supervisor. */
export interface Launch {
  /** Of the machine: where programs are, which language it speaks. Everything else in a revision's environment is the service's. */
  base: Readonly<Record<string, string>>;
  /** Where users call it. */
  host: string;
  port: number;
  /** Without a shell, in the folder of the revision. */
  command: readonly string[];
  /** Before it is started the first time, also without a shell. */
  build: readonly string[] | null;
  buildTimeoutMs: number;
  /** Asked on the revision's own address: any answer below 500 means that it takes requests. Null: that it listens is enough. */
  healthPath: string | null;
  /** A repository whose commits are revisions, a folder that is copied, or a folder with one of each revision, by its name. */
  source: { repository: string } | { folder: string } | { prepared: string };
}

/** One revision as it is kept. The values of its environment stand here and nowhere else: the file is its owner's alone. */
export interface KeptRevision {
  name: string;
  createdAt: number;
  artifact: string;
  digest: string;
  commit: string | null;
  buildId: number;
  intentId: string;
  /** `resting`: it was stopped, and can be started again (`waking`). */
  phase: 'preparing' | 'starting' | 'ready' | 'draining' | 'resting' | 'waking' | 'failed';
  /** Why it failed: the last lines of the build or of the program. */
  problem: Sentence | null;
  port: number | null;
  pid: number | null;
  /** Tells the process from a later one of the same number. */
  mark: string;
  startedAt: number | null;
  startMs: number | null;
  restarts: number;
  crashes: number;
  outOfMemory: number;
  environment: Readonly<Record<string, string>>;
  memoryBytes: number | null;
  timeoutMs: number | null;
  command: readonly string[];
  /** Epoch ms: it is ended then, whoever is still connected. */
  drainUntil: number | null;
  /** Of one that is being drained: it rests then; else it goes for good. Absent: it goes. */
  rests?: boolean;
}

/** What nothing was done of yet. */
export const NOT_STARTED = {
  phase: 'preparing',
  problem: null,
  port: null,
  pid: null,
  mark: '',
  startedAt: null,
  startMs: null,
  restarts: 0,
  crashes: 0,
  outOfMemory: 0,
  drainUntil: null,
} as const satisfies Partial<KeptRevision>;

export interface Split {
  shares: readonly { revision: string; percent: number }[];
  followsLatest: boolean;
}

export interface SupervisorState {
  /** Of the last intent that was carried out. */
  sequence: number;
  traffic: Split;
  /** Newest first. */
  revisions: KeptRevision[];
}

const EMPTY: SupervisorState = { sequence: 0, traffic: { shares: [], followsLatest: true }, revisions: [] };

export function readState(folder: string): SupervisorState {
  try {
    return JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as SupervisorState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return structuredClone(EMPTY);
    throw error;
  }
}

/** On disk before it is acted upon: written beside, synced, put in its place. */
export function writeState(folder: string, state: SupervisorState): void {
  writeWhole(join(folder, 'state.json'), JSON.stringify(state));
}

/** Of a service that was ended: its revisions, their values and their logs go; the order of what was carried out stays. */
export function forgetState(folder: string): void {
  writeState(folder, { ...structuredClone(EMPTY), sequence: readState(folder).sequence });
  for (const place of ['revisions', 'logs', 'compose']) rmSync(join(folder, place), { recursive: true, force: true });
}

export function readLaunch(folder: string): Launch {
  return JSON.parse(readFileSync(join(folder, 'launch.json'), 'utf8')) as Launch;
}

export function writeLaunch(folder: string, launch: Launch): void {
  const path = join(folder, 'launch.json');
  const text = JSON.stringify(launch);
  // What runs as before is started where nothing can be written, too.
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeWhole(path, text);
}

function writeWhole(path: string, text: string): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
