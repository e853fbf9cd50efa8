import type { FixWay, FixWork } from '../fix.ts';
import type { FixAgent } from '../fixes.ts';
import type { Forge } from '../ports.ts';

/** Who gets it, and what is to be done for that. */
export interface Recipient {
  agent: string;
  work: FixWork | null;
}

export interface RecipientOptions {
  agents: readonly FixAgent[];
  forge: Pick<Forge, 'kind' | 'toPullRequest'> | null;
  hasMail: boolean;
}

type Refused = 'unknown-agent' | 'not-set-up';

/** Only those that the configuration names, pull requests of its repository, and clients of MCP, who are there themselves. */
export function recipientOf(way: FixWay, agent: string | null, options: RecipientOptions): Recipient | Refused {
  if (way === 'mcp') return { agent: (agent ?? 'mcp').slice(0, 200), work: null };
  if (way === 'github') return forgeRecipient(agent, options);
  const known = options.agents.filter((one) => one.way === way);
  if (known.length === 0) return 'not-set-up';
  const found = agent === null ? known[0] : known.find(({ name, address }) => name === agent || address === agent);
  if (!found) return 'unknown-agent';
  return way === 'mail'
    ? mailed(found, options)
    : { agent: found.name, work: { kind: 'command', command: found.name } };
}

function mailed({ name, address }: FixAgent, { hasMail }: RecipientOptions): Recipient | Refused {
  return address === null || !hasMail ? 'not-set-up' : { agent: name, work: { kind: 'mail', to: address } };
}

function forgeRecipient(agent: string | null, { agents, forge }: RecipientOptions): Recipient | Refused {
  if (forge === null) return 'not-set-up';
  const known = agents.filter(({ way }) => way === 'github');
  if (agent === null || known.some(({ name }) => name === agent))
    return { agent: agent ?? known[0]?.name ?? forge.kind, work: { kind: 'github-issue' } };
  const pullRequest = forge.toPullRequest(agent);
  if (pullRequest === null) return 'unknown-agent';
  const { owner, name, number } = pullRequest;
  return { agent: `${owner}/${name}#${number}`, work: { kind: 'github-comment', pullRequest } };
}
