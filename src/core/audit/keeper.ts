import type { SigningKey } from '../../../packages/sdk/src/audit/index.ts';
import { type Clock, type GuardianError, toGuardianError, toInstant } from '../shared/index.ts';
import type { AuditRecorder, AuditStore, CheckpointAnchor } from './ports.ts';
import { OWN_TRAIL } from './trail-name.ts';

export interface AuditKeeper extends AuditRecorder {
  /** Signs what came since the last checkpoint, brings the newest to the anchors that lack it, and has people told. For every 60 s, and the close. */
  checkpoint(): Promise<void>;
}

export interface AuditKeeperOptions {
  store: Pick<AuditStore, 'append' | 'head' | 'checkpoints' | 'addCheckpoint' | 'anchored' | 'tell'>;
  /** Asked for at the first checkpoint. */
  signingKey(): SigningKey;
  anchors: readonly CheckpointAnchor[];
  /** People are told of the newest checkpoint so often at most, where there is a new one; null: never. */
  tellEveryMs: number | null;
  clock: Clock;
  /** A checkpoint that could not be made or sent: the entries are kept, and it is tried again at the next. */
  onFailure(what: string, error: GuardianError): void;
}

/** Entries between two checkpoints at most. */
const ENTRIES_PER_CHECKPOINT = 1_000;

/** Guardian's own trail: chained by the store, signed here. */
export function createAuditKeeper({
  store,
  signingKey,
  anchors,
  tellEveryMs,
  clock,
  onFailure,
}: AuditKeeperOptions): AuditKeeper {
  const sign = async (): Promise<void> => {
    const head = await store.head(OWN_TRAIL);
    if (head === null) return;
    const [last] = await store.checkpoints(OWN_TRAIL, 'last');
    if (last !== undefined && last.checkpoint.count >= head.count) return;
    const key = signingKey();
    const checkpoint = key.sign(head.trail, { count: head.count, head: head.head, at: toInstant(clock.now()) });
    await store.addCheckpoint(OWN_TRAIL, { checkpoint, publicKey: key.publicKey });
  };

  const anchor = async (): Promise<void> => {
    const [last] = await store.checkpoints(OWN_TRAIL, 'last');
    if (anchors.length === 0 || last === undefined || last.anchoredAt !== null) return;
    const { checkpoint, publicKey } = last;
    const results = await Promise.allSettled(anchors.map((one) => one.keep({ checkpoint, publicKey })));
    results.forEach((result, place) => {
      if (result.status === 'rejected') onFailure(anchors[place]!.name, toGuardianError(result.reason));
    });
    if (results.every(({ status }) => status === 'fulfilled'))
      await store.anchored(OWN_TRAIL, checkpoint.count, clock.now());
  };

  const tell = async (): Promise<void> => {
    if (tellEveryMs === null) return;
    const [last] = await store.checkpoints(OWN_TRAIL, 'last');
    if (last === undefined) return;
    const { checkpoint, publicKey } = last;
    await store.tell(OWN_TRAIL, { checkpoint, publicKey }, { at: clock.now(), everyMs: tellEveryMs });
  };

  let last: Promise<void> = Promise.resolve();
  const checkpoint = (): Promise<void> => {
    last = last.then(async () => {
      try {
        await sign();
        // A place that cannot be reached keeps nobody from hearing of it.
        await tell();
        await anchor();
      } catch (thrown) {
        onFailure('checkpoint of the audit trail', toGuardianError(thrown));
      }
    });
    return last;
  };
  return {
    async record(action) {
      const { sequence } = await store.append(action);
      if (sequence % ENTRIES_PER_CHECKPOINT === 0) await checkpoint();
    },
    checkpoint,
  };
}
