import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Configuration } from '../../config/index.ts';
import {
  knownTrails,
  readCheckpoints,
  type SignedCheckpoint,
  type TrailVerdict,
  verifyTrail,
} from '../../core/audit/index.ts';
import { type Clock, GuardianError, messagesFor } from '../../core/shared/index.ts';
import { openExistingStore } from '../existing-store.ts';
import { openAudit } from './open-audit.ts';

export interface VerificationOptions {
  configuration: Configuration;
  folder: string;
  clock: Clock;
}

export interface VerificationAsked {
  /** Null: every trail that the store, the anchor file or the checkpoints name. */
  trail: string | null;
  /** Files of checkpoints that were kept elsewhere, besides the configured anchor file. */
  checkpointFiles: readonly string[];
}

/** Trails that are verified in one call. */
const MOST_TRAILS = 100_000;
/** Of them, that a person is told. */
const NAMED = 5;

/** Recomputes audit trails on the machine itself, beside a server that may be running. Throws `not_found` for a trail that nobody knows. */
export async function verifyTrails(
  { configuration, folder, clock }: VerificationOptions,
  { trail, checkpointFiles }: VerificationAsked,
): Promise<TrailVerdict[]> {
  const messages = messagesFor(configuration.language);
  const given = checkpointFiles.flatMap((path) => readFile(path, folder, messages.audit.anchorInvalid));
  const store = await openExistingStore({ configuration, folder, clock });
  try {
    const audit = openAudit({ configuration, folder, store: store.audit, clock, onFailure: () => {} });
    const anchored = [...(await audit.anchored()), ...given];
    const names = trail === null ? await knownTrails(store.audit, anchored, MOST_TRAILS) : [trail];
    const verdicts: TrailVerdict[] = [];
    for (const name of names) {
      const verdict = await verifyTrail(name, { store: store.audit, anchored, clock });
      if (verdict === null) {
        const known = await knownTrails(store.audit, anchored, MOST_TRAILS);
        const remedy = messages.audit.noTrailRemedy(known.slice(0, NAMED), Math.max(0, known.length - NAMED));
        throw new GuardianError('not_found', { path: messages.audit.noTrail(name), remedy });
      }
      verdicts.push(verdict);
    }
    return verdicts;
  } finally {
    await store.close();
  }
}

function readFile(path: string, folder: string, invalid: (line: number) => string): SignedCheckpoint[] {
  let text: string;
  try {
    text = readFileSync(resolve(folder, path), 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new GuardianError('source_unreadable', { path, reason, cause });
  }
  const { checkpoints, invalidLine } = readCheckpoints(text);
  if (invalidLine !== null) throw new GuardianError('source_unreadable', { path, reason: invalid(invalidLine) });
  return checkpoints;
}
