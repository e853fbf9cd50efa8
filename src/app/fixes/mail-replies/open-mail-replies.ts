import type { ArrivedMail, PostedMail } from '../../../adapters/replies/index.ts';
import * as settings from '../../../config/index.ts';
import type { Fixes } from '../../../core/fixes/index.ts';
import { GuardianError, messagesFor } from '../../../core/shared/index.ts';
import type { FixControl, MailAnswer } from '../../../server/index.ts';
import type { Round } from '../../rounds.ts';
import type { OpenFixesOptions } from '../open-fixes.ts';
import type { MailOutcome } from './take-mail.ts';

export interface MailReplies {
  /** Null: nobody may post mails. */
  takePosted: FixControl['takeMail'];
  rounds: Round[];
}

interface MailRepliesOptions
  extends Pick<OpenFixesOptions, 'configuration' | 'store' | 'clock' | 'audit' | 'onFailure'> {
  reply: Fixes['reply'];
}

/** Answers by mail to hand-offs: from a mailbox that is looked into, or posted by a provider. What reads them is loaded with the first. */
export function openMailReplies(options: MailRepliesOptions): MailReplies {
  const { configuration, clock } = options;
  const { webhookSecret, imap } = configuration.fixes.replies;
  let taking: Promise<(mail: ArrivedMail) => Promise<MailOutcome>> | null = null;
  return {
    takePosted: webhookSecret === null ? null : (posted) => takePosted(posted, webhookSecret),
    rounds: imap.host === null ? [] : [{ name: 'mail replies', everyMs: imap.everyMs, run: look }],
  };

  async function takePosted(posted: PostedMail, secret: string): Promise<MailAnswer> {
    const { isPostGenuine, readPostedMail } = await import('../../../adapters/replies/index.ts');
    if (!isPostGenuine(posted, secret, clock.now())) throw new GuardianError('unauthorized');
    const mail = await readPostedMail(posted);
    return mail === null ? { isTaken: false, reason: 'unreadable' } : take(mail);
  }

  async function look(signal: AbortSignal): Promise<void> {
    const { host, user, password, everyMs: _, ...access } = imap;
    if (host === null || user === null || password === null)
      throw new GuardianError('configuration_invalid', {
        key: user === null ? 'fixes.replies.imap.user' : 'fixes.replies.imap.password (GUARDIAN_IMAP_PASSWORD)',
        reason: (m) => m.configuration.repliesNeed,
      });
    const { mailBytes, perLook } = configuration.fixes.replies;
    const { readMailbox } = await import('../../../adapters/replies/index.ts');
    const mailbox = { ...access, host, user, password, mailBytes, most: perLook };
    await readMailbox(mailbox, async (mail) => void (await take(mail)), signal);
  }

  async function take(mail: ArrivedMail): Promise<MailOutcome> {
    taking ??= taker(options);
    const outcome = await (await taking)(mail);
    if (outcome.isTaken)
      await options.audit?.record({
        at: clock.now(),
        actor: outcome.by,
        action: 'fix answered by mail',
        object: outcome.fixId,
        outcome: 'success',
        address: null,
        fields: { action: outcome.action },
      });
    return outcome;
  }
}

async function taker({ configuration, store, reply }: MailRepliesOptions) {
  const [{ createMailTaker }, { createReplyTokens }] = await Promise.all([
    import('./take-mail.ts'),
    import('./reply-tokens.ts'),
  ]);
  const { sender } = settings.mailOptionsOf(configuration, messagesFor(configuration.language));
  const { address, imap } = configuration.fixes.replies;
  const lower = (addresses: readonly (string | null)[]) =>
    new Set(addresses.flatMap((one) => (one === null ? [] : [one.toLowerCase()])));
  return createMailTaker({
    tokens: createReplyTokens(store.settings),
    knownAddresses: lower(knownAddressesOf(configuration)),
    ownAddresses: lower([sender.address, address, imap.user]),
    reply,
  });
}

/** Agents that get mails, and whoever gets reports or alerts by mail. */
function knownAddressesOf(configuration: settings.Configuration): string[] {
  const agents = Object.values(configuration.fixes.agents).flatMap((agent) =>
    agent.way === 'mail' ? [agent.address] : [],
  );
  const people = Object.values(configuration.recipients).flatMap(({ email }) => email);
  return [...agents, ...settings.recipientsOf(configuration).map(({ address }) => address), ...people];
}
