import { randomBytes } from 'node:crypto';
import type { Fields, LevelName } from '../record.ts';
import { type Logger, LoggerInstance, refreshThreshold } from './logger.ts';
import { loggerOf } from './registry.ts';

export interface Agent {
  name: string;
  role: string;
  domain: string;
  /** Random when left out. */
  id?: string;
}

/** Settings that agents of one kind share: `start({ agents: { 'billing.*.*': { level: 'debug' } } })`. */
export interface AgentTemplate {
  level?: LevelName;
  fields?: Fields;
}

/**
 * The logger of an agent: `agent.<domain>.<role>.<name>`, category `agents`, with name, role, domain and id in the field
 * `agent`. Two agents of one name share level and settings and differ by their id.
 */
export function getAgentLogger({ name, role, domain, id }: Agent): Logger {
  const parts = { name: partOf('name', name), role: partOf('role', role), domain: partOf('domain', domain) };
  const { core } = loggerOf(`agent.${parts.domain}.${parts.role}.${parts.name}`, { category: 'agents' });
  if (core.agent === null) {
    core.agent = parts;
    refreshThreshold(core);
  }
  return new LoggerInstance(core, { agent: { ...parts, id: id ?? randomBytes(8).toString('hex') } });
}

/** The template whose name fits the agent with the fewest `*`; null without any. */
export function templateOf(
  agent: Omit<Agent, 'id'>,
  templates: Readonly<Record<string, AgentTemplate>>,
): AgentTemplate | null {
  const parts = [agent.domain, agent.role, agent.name];
  let best: AgentTemplate | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [pattern, template] of Object.entries(templates)) {
    const segments = pattern.split('.');
    if (!segments.every((segment, at) => segment === '*' || segment === parts[at])) continue;
    const stars = segments.filter((segment) => segment === '*').length;
    if (stars >= fewest) continue;
    [best, fewest] = [template, stars];
  }
  return best;
}

function partOf(what: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`getAgentLogger: "${what}" must be a text that is not empty`);
}
