import { isSaying, type Saying, shortHash } from '../../shared/index.ts';
import type { ChannelKind, Notification, NotificationFacts, Severity } from '../notification.ts';
import type { OutboxRow } from '../ports.ts';

/** What an outbox row is told as. */
export interface Told {
  notification: Notification;
  episode: string | null;
  isEnd: boolean;
  isRepeat: boolean;
  /** It says nothing that was not said: people are spared it, programs take each. */
  isKnown?: boolean;
  /** It is only mirrored, by these channels, to those whom they told of its episode. */
  mirroredBy: readonly ChannelKind[] | null;
  /** Besides those who were told of the episode, whoever the routes name. */
  isRoutedToo?: true;
  /** Step of escalation that it is, from 1; null: routes alone decide. */
  step: number | null;
}

/** The payload of a row, read without trust: rows may be older than this program. */
export class Payload {
  readonly #values: Record<string, unknown>;

  constructor(values: unknown) {
    this.#values = typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {};
  }

  text(name: string): string | null {
    const value = this.#values[name];
    return typeof value === 'string' && value !== '' ? clean(value) : null;
  }

  number(name: string): number | null {
    const value = this.#values[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  }

  isTrue(name: string): boolean {
    return this.#values[name] === true;
  }

  inner(name: string): Payload {
    return new Payload(this.#values[name]);
  }

  saying(name: string): Saying | null {
    const value = this.#values[name];
    return isSaying(value) ? value : null;
  }

  list(name: string): Payload[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map((one) => new Payload(one)) : [];
  }

  isFalse(name: string): boolean {
    return this.#values[name] === false;
  }

  /** Of a list; what is no text is left out. */
  textsOf(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value)
      ? value.flatMap((one) => (typeof one === 'string' && one !== '' ? [clean(one)] : []))
      : [];
  }

  texts(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#values).flatMap(([name, value]) =>
        typeof value === 'string' ? [[clean(name), clean(value)]] : [],
      ),
    );
  }
}

/** Channels that keep incidents of their own. */
export const MIRRORS: readonly ChannelKind[] = ['pagerduty'];

const TEXT_LENGTH = 4_096;

/** Texts of others: bounded, and without what no store or channel takes. */
function clean(text: string): string {
  return text.slice(0, TEXT_LENGTH).replaceAll('\0', '\uFFFD').toWellFormed();
}

const NO_FACTS: NotificationFacts = {
  title: '',
  subject: '',
  value: null,
  threshold: null,
  since: null,
  cause: null,
  advice: null,
  path: null,
  details: [],
};

interface Telling {
  occasion: Notification['occasion'];
  key: string;
  dedupeKey: string;
  severity: Severity;
  match?: Partial<Notification['match']>;
  about: Notification['about'];
  facts: Partial<NotificationFacts> & { title: string };
  action?: Notification['action'] | undefined;
}

export function toNotification(row: OutboxRow, telling: Telling): Notification {
  const { occasion, key, dedupeKey, severity, match, about, facts, action } = telling;
  return {
    id: notificationId(key),
    occasion,
    key,
    dedupeKey,
    at: row.at,
    severity,
    projectId: row.projectId,
    match: { job: null, type: null, service: null, labels: {}, ...match },
    about,
    facts: { ...NO_FACTS, subject: facts.title, ...facts },
    ...(action === undefined ? {} : { action }),
  };
}

/** The same again is a repeat. */
function notificationId(key: string): string {
  return `notification-${shortHash(key, 16)}`;
}

/** Told once, with no end to come. */
export function once(notification: Notification): Told {
  return { notification, episode: null, isEnd: false, isRepeat: false, mirroredBy: null, step: null };
}
