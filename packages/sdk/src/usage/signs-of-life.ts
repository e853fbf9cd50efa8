import { cutAddress } from './client-address.ts';
import { createClientFamily } from './client-family.ts';
import { createClientKey } from './client-key.ts';
import { isOptedOut, userAgentOf } from './request-headers.ts';
import type { IncomingRequest, Person } from './usage-options.ts';

/** Those of one second are one record; more people than this in one second write out early. */
export const MAX_PENDING_ACTIVITIES = 5_000;

export interface Activity {
  first: number;
  last: number;
  /** The fields of who, as JSON. */
  who: string;
}

/** Says who somebody is, as every record but `request` holds it; null: the person asked not to be followed. */
export function createWho(
  addressOf: ((incoming: IncomingRequest) => string | undefined) | null,
): (person: Person) => string | null {
  const familyOf = createClientFamily();
  const keyOf = createClientKey();
  return ({ user, session, request }) => {
    const fields: Record<string, string> = { user };
    if (typeof session === 'string') fields.client = keyOf(session);
    if (request !== undefined) {
      if (isOptedOut(request.headers)) return null;
      fields.userAgent = familyOf(userAgentOf(request.headers));
      const address = addressOf?.(request);
      const ip = address === undefined ? undefined : cutAddress(address);
      if (ip !== undefined) fields.ip = ip;
    }
    return JSON.stringify(fields).slice(1, -1);
  };
}

/** The activities since the last drain, by user and client: a thousand frames of a WebSocket are one record. */
export class PendingActivities {
  readonly #byWho = new Map<string, Activity>();

  get size(): number {
    return this.#byWho.size;
  }

  add(who: string, at: number): void {
    const pending = this.#byWho.get(who);
    if (pending === undefined) this.#byWho.set(who, { first: at, last: at, who });
    else {
      pending.first = Math.min(pending.first, at);
      pending.last = Math.max(pending.last, at);
    }
  }

  take(): Activity[] {
    const activities = [...this.#byWho.values()];
    this.#byWho.clear();
    return activities;
  }
}
