import type { Event } from '../events/index.ts';

export interface OwnCallRule {
  /** Hosts whose pages are the watched application's, besides the host that was asked. */
  hosts: readonly string[];
  /** What its own clients call themselves: the beginning of their user agent. */
  agents: readonly string[];
}

const REFERER = ['http.request.header.referer', 'referer', 'referrer'];

/**
 * Whether the application itself made this request, and not a scanner or somebody who mistyped: it came from one of its own pages, from one of its clients,
 * or from somebody who is signed in.
 */
export function isOwnCall({ request, user, attributes }: Event, { hosts, agents }: OwnCallRule): boolean {
  if (request === null) return false;
  if (user?.id != null) return true;
  const agent = request.userAgent ?? '';
  if (agents.some((one) => agent.startsWith(one))) return true;
  const from = hostOf(REFERER.map((name) => attributes[name]).find((value) => typeof value === 'string'));
  if (from === null) return false;
  return from === bare(request.host ?? '') || hosts.some((host) => bare(host) === from);
}

function hostOf(referer: unknown): string | null {
  const url = typeof referer === 'string' ? URL.parse(referer) : null;
  return url === null || url.hostname === '' ? null : url.hostname.toLowerCase();
}

/** Without its port. */
function bare(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}
