import type { Store } from '../../adapters/store/sql/index.ts';
import type { PartReader, PartState } from '../../core/alerts/index.ts';
import type { IntakeState } from '../../core/ingest/index.ts';
import type { LoopState } from '../../core/jobs/index.ts';
import type { FollowedState } from '../../core/reports/ports.ts';
import type { Messages } from '../../core/shared/index.ts';

export interface WatchedParts {
  store: Pick<Store, 'notifications'>;
  /** Failures in a row from which a channel counts as failing. */
  failuresInRow: number;
  engine(): readonly LoopState[];
  /** What takes up what happened, and what sends. */
  telling(): readonly LoopState[];
  worker(): { isStopped: boolean };
  ingest(): Pick<IntakeState, 'problem'>;
  /** That Guardian goes to by itself. */
  sources(): Promise<readonly Pick<FollowedState, 'source' | 'name' | 'problem'>[]>;
  messages: Messages;
}

/** What the rules about Guardian itself look at. */
export function guardianParts(parts: WatchedParts): PartReader {
  const readers: Record<string, () => Promise<PartState[]>> = {
    channel: async () =>
      (await parts.store.notifications.log.health()).map(({ channel, address, failuresInRow, lastError }) => ({
        id: `${channel}:${address}`,
        name: `${channel} ${address}`,
        isWorking: failuresInRow < parts.failuresInRow,
        reason: failuresInRow === 0 ? null : lastError,
      })),
    'delivery-worker': async () => [workerState(), ...parts.telling().map(loopPart)],
    'run-log': async () =>
      parts
        .engine()
        .filter(({ name }) => name === 'settle' || name === 'runner')
        .map(loopPart),
    scheduler: async () => parts.engine().map(loopPart),
    source: async () =>
      (await parts.sources()).map(({ source: id, name, problem: reason }) => ({
        ...{ id, name, isWorking: reason === null, reason },
      })),
    ingest: async () => {
      const { problem } = parts.ingest();
      return [{ id: 'ingest', name: 'ingest', isWorking: problem === null, reason: problem?.reason ?? null }];
    },
  };
  return { parts: async (kind) => (await readers[kind]?.()) ?? [] };

  function workerState(): PartState {
    const { stopped, deliveryWorker } = parts.messages.notify.outage;
    const isWorking = !parts.worker().isStopped;
    return { id: 'delivery-worker', name: deliveryWorker, isWorking, reason: isWorking ? null : stopped };
  }

  function loopPart({ name, isStopped, lastError }: LoopState): PartState {
    const why = () => lastError?.explain(parts.messages).message ?? parts.messages.notify.outage.stopped;
    return { id: name, name, isWorking: !isStopped, reason: isStopped ? why() : null };
  }
}
