import type { Configuration } from '../../config/index.ts';
import type { FixAgent } from '../../core/fixes/index.ts';
import type { LeastSilence } from '../../core/reports/index.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Whom the configuration names. */
export function agentsOf({ fixes }: Configuration): FixAgent[] {
  return Object.entries(fixes.agents).map(([name, agent]) => ({
    name,
    way: agent.way,
    description: agent.description,
    address: agent.way === 'mail' ? agent.address : null,
    mayOpenPullRequest: agent.mayOpenPullRequest,
  }));
}

/** Somebody may be handed an issue, or GitHub is asked: else nothing of it is loaded before it is needed. */
export function isUsed({ fixes }: Configuration): boolean {
  return Object.keys(fixes.agents).length > 0 || fixes.github.repository !== null;
}

/** Nobody looks on when an issue is handed off by itself: then nothing runs with Guardian's own rights, unless the configuration says so in a word. */
export function isolationOf({ fixes }: Configuration, name: string): 'preferred' | 'required' {
  const agent = fixes.agents[name];
  const said = agent?.way === 'command' ? agent.isolation : null;
  return said ?? (fixes.automatic === name ? 'required' : 'preferred');
}

/** What the core is given besides its own defaults. */
export function knobsOf({ fixes }: Configuration) {
  const { automatic, perDay, leastFixability, leastIncidents, giveUpDays, watchDays, sourceSilence } = fixes;
  return {
    ...{ automatic, perDay, leastFixability, leastIncidents, sourceSilentMs: sourceSilence },
    giveUpMs: giveUpDays * DAY_MS,
    watchMs: watchDays * DAY_MS,
    leastSilence: leastSilenceOf(fixes),
  };
}

/** In the hours that verification and hand-offs count in. */
export function leastSilenceOf({ verify }: Configuration['fixes']): LeastSilence {
  const { requests, within, withoutRequests } = verify;
  return { requests, hours: within / HOUR_MS, hoursAlone: withoutRequests / HOUR_MS };
}

export type AgentProblem = 'no-forge' | 'no-repository' | 'no-mail';

/** Why an agent could not be used as things are configured; null: it can. */
export function agentProblemOf({ way }: Pick<FixAgent, 'way'>, configuration: Configuration): AgentProblem | null {
  const { fixes, repository, mail } = configuration;
  if (way === 'github') return fixes.github.repository === null || fixes.github.token === null ? 'no-forge' : null;
  if (way === 'command') return repository.path === null ? 'no-repository' : null;
  return mail.enabled ? null : 'no-mail';
}
