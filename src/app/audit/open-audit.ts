import { join, resolve } from 'node:path';
import {
  createFileAnchor,
  createGuardianAnchor,
  createWebhookAnchor,
  readAnchorFile,
} from '../../adapters/audit/index.ts';
import * as settings from '../../config/index.ts';
import {
  type AuditKeeper,
  type AuditStore,
  type CheckpointAnchor,
  createAuditKeeper,
  openSigningKey,
  type SignedCheckpoint,
  type SigningKey,
} from '../../core/audit/index.ts';
import { type Clock, type GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { Round } from '../rounds.ts';

export interface OpenAuditOptions {
  configuration: settings.Configuration;
  folder: string;
  store: AuditStore;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

export interface OpenAudit extends AuditKeeper {
  /** As the configured anchor file has them; none without one. */
  anchored(): Promise<SignedCheckpoint[]>;
  round: Round;
}

const CHECKPOINT_MS = 60_000;
/** Beside the database, in no backup of it. */
const KEY_FILE = join('audit', 'signing-key.pem');

/** Guardian's own audit trail: its key, its anchors, its checkpoints. */
export function openAudit({ configuration, folder, store, clock, onFailure }: OpenAuditOptions): OpenAudit {
  const { anchorFile, webhook, guardianUrl, guardianKey, tellEvery, timeoutMs } = configuration.audit;
  const { data } = settings.placesOf(configuration, folder);
  const anchorPath = anchorFile === null ? null : resolve(folder, anchorFile);
  const anchors: CheckpointAnchor[] = [];
  if (anchorPath !== null) anchors.push(createFileAnchor(anchorPath));
  if (webhook !== null) anchors.push(createWebhookAnchor({ url: webhook, timeoutMs }));
  if (guardianUrl !== null && guardianKey !== null)
    anchors.push(createGuardianAnchor({ url: guardianUrl, key: guardianKey, timeoutMs }));
  let key: SigningKey | null = null;
  const signingKey = () => {
    key ??= openSigningKey(join(data, KEY_FILE));
    return key;
  };
  const keeper = createAuditKeeper({ store, signingKey, anchors, tellEveryMs: tellEvery, clock, onFailure });
  return {
    ...keeper,
    anchored: async () => (anchorPath === null ? [] : readAnchorFile(anchorPath, messagesFor(configuration.language))),
    round: { name: 'audit checkpoints', everyMs: CHECKPOINT_MS, run: keeper.checkpoint },
  };
}
