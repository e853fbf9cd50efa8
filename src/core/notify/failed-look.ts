import { type Clock, type GuardianError, toGuardianError } from '../shared/index.ts';
import type { MailChannel, MailMessage } from './ports.ts';

/** One attempt to look at production, whether a report came of it or not. */
export interface LookRow {
  /** Epoch ms. */
  at: number;
  /** What was looked at: a service, or the inputs. */
  watched: string;
  isOk: boolean;
  /** People were told that looking fails. */
  isTold: boolean;
}

export interface LookLog {
  /** The rows of what is watched, oldest first; as far back as is kept. */
  rows(watched: string): Promise<LookRow[]>;
  append(row: LookRow): Promise<void>;
}

export interface FailedLookPolicy {
  /** Failed looks in a row before people are told: one alone may be chance. */
  failures: number;
  /** No second mail about the same outage within this time, ms. */
  coolDownMs: number;
}

export const DEFAULT_FAILED_LOOK_POLICY: FailedLookPolicy = { failures: 2, coolDownMs: 6 * 60 * 60 * 1000 };

/** Whether a look that failed now, after these rows, is told. A look that succeeded ends an outage. */
function isFailedLookTold(rows: readonly LookRow[], now: number, policy: FailedLookPolicy): boolean {
  const outage = rows.slice(rows.findLastIndex(({ isOk }) => isOk) + 1);
  const told = outage.findLast(({ isTold }) => isTold);
  return outage.length + 1 >= policy.failures && (told === undefined || now >= told.at + policy.coolDownMs);
}

export interface TellFailedLookInput {
  watched: string;
  recipients: readonly string[];
  policy: FailedLookPolicy;
  compose(): MailMessage;
  channel: MailChannel;
  log: LookLog;
  clock: Clock;
}

export interface FailedLookTold {
  recipient: string;
  /** What became of the mail; an error of the catalogue when it was refused. */
  outcome: 'sent' | 'stored' | GuardianError;
  detail: string;
}

/**
 * Writes the failed look down and tells every recipient when it is due: "could not look" must never pass for "nothing found". Empty when
 * nothing was due. A recipient that is refused keeps nobody else from hearing.
 */
export async function tellFailedLook(input: TellFailedLookInput): Promise<FailedLookTold[]> {
  const { watched, recipients, policy, compose, channel, log, clock } = input;
  const now = clock.now();
  const told: FailedLookTold[] = [];
  if (isFailedLookTold(await log.rows(watched), now, policy)) {
    const message = compose();
    for (const recipient of recipients) {
      try {
        const { outcome, detail } = await channel.send(message, recipient);
        told.push({ recipient, outcome, detail });
      } catch (thrown) {
        const error = toGuardianError(thrown);
        told.push({ recipient, outcome: error, detail: error.message });
      }
    }
  }
  const isTold = told.some(({ outcome }) => typeof outcome === 'string');
  await log.append({ at: now, watched, isOk: false, isTold });
  return told;
}
