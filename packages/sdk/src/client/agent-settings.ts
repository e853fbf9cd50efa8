import { type AgentTemplate, templateOf } from '../logger/agent-logger.ts';
import { type LoggerCore, refreshThreshold } from '../logger/logger.ts';
import { LEVELS, type LevelName } from '../record.ts';
import { connect } from '../sinks/post.ts';
import type { Runtime } from './runtime.ts';

/** Where the settings of agents' loggers come from. */
export interface AgentSettings {
  /** Null: the logger is no agent's, or nothing is known of it (yet). */
  of(core: LoggerCore): AgentTemplate | null;
  close(): void;
}

/** Agents that the server is asked about; more of them have the client's own level. */
const MOST_AGENTS = 1_000;
const ANSWER_MS = 10_000;
const AGAIN_MS = 30_000;

/**
 * Of `start({ agents })`; or with `agents: 'server'` of the server's templates, asked once for each agent, and again while the server is away
 * or busy: until the answer comes, the client's own level holds.
 */
export function createAgentSettings({ options, time, tellTrouble }: Runtime): AgentSettings {
  const { agents, url, key } = options;
  if (agents !== 'server')
    return { of: ({ agent }) => (agent === null ? null : templateOf(agent, agents)), close: () => {} };
  const connection = connect({});
  const ended = new AbortController();
  const known = new Map<string, AgentTemplate | null>();

  async function ask(core: LoggerCore, path: string): Promise<void> {
    if (ended.signal.aborted) return;
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(ANSWER_MS)]);
    const target = new URL(`${url!.replace(/\/+$/, '')}/api/templates/agent/${path}`);
    const headers = { authorization: `Bearer ${key}`, accept: 'application/json' };
    const answer = await connection.ask({ method: 'GET', url: target, headers }, signal);
    if (ended.signal.aborted) return;
    const isAway = 'failure' in answer || answer.status === 429 || answer.status >= 500;
    if (isAway) time.after(AGAIN_MS, () => void ask(core, path));
    const template = isAway || answer.status !== 200 ? null : readTemplate(answer.text);
    if (template === null) {
      const next = isAway ? '; it is asked again' : '';
      tellTrouble('agents', `the server gave no settings for the agent ${path}: the client's own hold${next}`);
      return;
    }
    known.set(path, template);
    refreshThreshold(core);
  }

  return {
    of(core) {
      if (core.agent === null) return null;
      const { domain, role, name } = core.agent;
      const path = [domain, role, name].map(encodeURIComponent).join('/');
      const found = known.get(path);
      if (found !== undefined) return found;
      if (known.size >= MOST_AGENTS) return null;
      known.set(path, null);
      void ask(core, path);
      return null;
    },
    close() {
      ended.abort();
      connection.close();
    },
  };
}

/** Null: it is no answer of the server's. */
function readTemplate(text: string): AgentTemplate | null {
  let answer: { level?: unknown; fields?: unknown };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    return null;
  }
  if (typeof answer !== 'object' || answer === null) return null;
  const { level, fields } = answer;
  const isLevel = typeof level === 'string' && Object.hasOwn(LEVELS, level);
  return {
    ...(isLevel && { level: level as LevelName }),
    ...(typeof fields === 'object' && fields !== null && { fields: { ...fields } as Record<string, string> }),
  };
}
