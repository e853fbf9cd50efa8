import type { AlertReader } from '../../alerts/ports.ts';
import type { AcknowledgeLinks, ReadLink } from './acknowledge-links.ts';

type Alert = NonNullable<Awaited<ReturnType<AlertReader['get']>>>;

/** How an alert stands towards a link. `other_firing`: it ended and fired anew since; that one is not meant. */
export type LinkedState = 'open' | 'acknowledged' | 'resolved' | 'other_firing';

export type LinkPage =
  | {
      kind: 'page';
      recipientId: string;
      expiresAt: number;
      alerts: { alert: Alert; state: LinkedState }[];
    }
  | { kind: 'expired' | 'invalid' };

export interface LinkOptions {
  links: AcknowledgeLinks;
  alerts: Pick<AlertReader, 'get'>;
  /** Acknowledges these, as that one; gives the ids that it changed. */
  acknowledge(alertIds: readonly string[], by: string): Promise<readonly string[]>;
}

/** What a link stands for: `page` reads and changes nothing, however often a mail client fetches it; `acknowledge` is for the button on it. */
export function createLinkPages({ links, alerts, acknowledge }: LinkOptions) {
  return {
    page: async (token: string): Promise<LinkPage> => pageOf(await links.read(token)),

    /** Acknowledges what is open of it, as `link:<recipient id>`; `changed` names those. */
    async acknowledge(token: string): Promise<LinkPage & { changed: readonly string[] }> {
      const page = await pageOf(await links.read(token));
      if (page.kind !== 'page') return { ...page, changed: [] };
      const open = page.alerts.filter(({ state }) => state === 'open').map(({ alert }) => alert.id);
      const changed = open.length === 0 ? [] : await acknowledge(open, `link:${page.recipientId}`);
      return { ...(await pageOf(await links.read(token))), changed };
    },
  };

  async function pageOf(read: ReadLink): Promise<LinkPage> {
    if (read.kind !== 'valid') return read;
    const found: { alert: Alert; state: LinkedState }[] = [];
    for (const { id, firing } of read.link.alerts) {
      const alert = await alerts.get(id);
      if (alert) found.push({ alert, state: stateOf(alert, firing) });
    }
    return { kind: 'page', recipientId: read.link.recipientId, expiresAt: read.expiresAt, alerts: found };
  }
}

function stateOf(alert: Alert, firing: number): LinkedState {
  if (alert.state === 'resolved') return 'resolved';
  if (alert.firing !== firing) return 'other_firing';
  return alert.state === 'acknowledged' ? 'acknowledged' : 'open';
}
