import { type KeptRevision, readState, type SupervisorState, writeState } from './state.ts';

/**
 * The state in memory and on disk. What the supervisor is told is on disk before it holds (`commit`); what it sees holds at once, and is written as soon as
 * that can be done (`note`): a full disk refuses changes, and takes nothing off that runs.
 */
export interface KeptState {
  readonly now: SupervisorState;
  find(name: string): KeptRevision | null;
  /** Changes a draft, which is written and then holds. Throws where it cannot be written: then nothing has changed. */
  commit(change: (draft: SupervisorState) => void): void;
  note(revision: KeptRevision, seen: Partial<KeptRevision>): void;
  forget(revision: KeptRevision): void;
  /** Tries again to write what was noted; does nothing where that is done. */
  flush(): void;
}

export function keepState(folder: string): KeptState {
  const now = readState(folder);
  let isWritten = true;
  let problem = '';

  const find = (name: string) => now.revisions.find((revision) => revision.name === name) ?? null;

  function flush(): void {
    if (isWritten) return;
    try {
      writeState(folder, now);
      isWritten = true;
      problem = '';
    } catch (error) {
      if (problem !== String(error)) console.error(error);
      problem = String(error);
    }
  }

  return {
    now,
    find,
    commit(change) {
      const draft = structuredClone(now);
      change(draft);
      writeState(folder, draft);
      isWritten = true;
      const { sequence, traffic, revisions } = draft;
      // Whoever looks after a revision goes on with the same object.
      const same = revisions.map((revision) => Object.assign(find(revision.name) ?? {}, revision));
      Object.assign(now, { sequence, traffic, revisions: same });
    },
    note(revision, seen) {
      Object.assign(revision, seen);
      isWritten = false;
      flush();
    },
    forget(revision) {
      now.revisions = now.revisions.filter((one) => one !== revision);
      isWritten = false;
      flush();
    },
    flush,
  };
}
