import { createEmailChannel } from '../../adapters/channels/email/email-channel.ts';
import * as notify from '../../core/notify/index.ts';
import { failingChannels } from './failing-channels.ts';
import type { TellingOptions } from './options.ts';

const NOBODY: notify.Directory = { recipients: [], routes: [], rotations: [] };
/** Kinds whose rows `taken-rows.ts` takes up as well, and marks done. */
const SHARED_KINDS = ['report-made', 'issue-opened', 'issue-regressed'];

/** From outbox rows to messages that have left: intake, delivery worker, and what stands in for what does not arrive. */
export function createMessages(options: TellingOptions) {
  const { configuration, store, clock, onChange, onFailure } = options;
  const { directory = NOBODY, knobs = notify.DEFAULT_NOTIFY_KNOBS } = options;
  const links = notify.createAcknowledgeLinks({ settings: store.settings, clock, linkMs: knobs.linkMs });
  const worker = notify.createDeliveryWorker({
    store: store.notifications,
    channels: options.channels ?? new Map([['email', createEmailChannel(options.channel)]]),
    directory,
    knobs,
    compose: {
      language: configuration.language,
      timeZone: configuration.timeZone,
      tag: configuration.mail.tag,
      publicUrl: configuration.server.publicUrl,
      links,
      ...(options.templates === undefined ? {} : { templates: options.templates }),
    },
    clock,
    isOnlyNode: store.kind === 'sqlite',
    onFailure: (error, { channel, address }) => onFailure(`${channel} to ${address}`, error),
    onProblem: (error) => onFailure('deliveries', error),
    onSettled({ id }, state) {
      onChange({ kind: 'delivery', id, state });
      if (state === 'dead') options.onDead?.();
    },
  });
  const intake = notify.createIntake({
    store: store.notifications,
    directory,
    knobs,
    clock,
    sharedKinds: SHARED_KINDS,
    onFailure,
    onMade(deliveries) {
      for (const { id, state } of deliveries) onChange({ kind: 'delivery', id, state });
      worker.wake();
    },
  });
  const standIns = notify.createStandIns({
    store: store.notifications,
    directory,
    knobs,
    clock,
    failingChannels: () => failingChannels(store),
  });
  return {
    intake,
    worker,
    standIns,
    links,
    drill: (): Promise<string[]> =>
      notify.queueDrill(
        { store: store.notifications, directory, clock, tag: configuration.mail.tag, templates: options.templates },
        configuration.timeZone,
      ),
    test: (asked: { recipientId: string; channel: notify.ChannelKind }): Promise<string[]> =>
      notify.queueTest(
        { store: store.notifications, directory, clock, tag: configuration.mail.tag, templates: options.templates },
        asked,
      ),
  };
}

export type TellingMessages = ReturnType<typeof createMessages>;
