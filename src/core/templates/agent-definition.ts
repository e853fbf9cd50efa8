import type { TemplateWords } from '../shared/index.ts';
import type { TemplateDefinition } from './definition.ts';

export interface Agent {
  domain: string;
  role: string;
  name: string;
}

export interface AgentSettings {
  /** `DOMAIN.ROLE.NAME`, each a word or `*`. */
  agents: string;
  /** Null: that of the logger. */
  level: (typeof LEVELS)[number] | null;
  /** Stand on every record of the agent. */
  fields: Record<string, string>;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const LINE = /^(agents|level|field ([A-Za-z_][A-Za-z0-9_.]{0,63})):[ \t]*(.*)$/;
const PATTERN = /^(?:\*|[^.*\s]{1,100})\.(?:\*|[^.*\s]{1,100})\.(?:\*|[^.*\s]{1,100})$/;

/** What the part `settings` says once it is filled: `agents: billing.*.*`, `level: debug`, `field team: payments`; a sentence where it is wrong. */
export function readAgentSettings(text: string, words: TemplateWords): AgentSettings | string {
  const settings: AgentSettings = { agents: '*.*.*', level: null, fields: {} };
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const wrong = readSetting(line, settings, words);
    if (wrong !== null) return wrong;
  }
  return settings;
}

/** Takes over what the line says; a sentence where it is wrong. */
function readSetting(line: string, settings: AgentSettings, words: TemplateWords): string | null {
  const [, key, field, value = ''] = LINE.exec(line) ?? [];
  if (key === undefined) return words.noAgentLine(line.slice(0, 60));
  if (field !== undefined) {
    if (field.split('.').includes('__proto__')) return words.noField(field);
    settings.fields[field] = value;
  } else if (key === 'agents') {
    if (!PATTERN.test(value)) return words.noAgents(value.slice(0, 60));
    settings.agents = value;
  } else {
    const level = LEVELS.find((known) => known === value);
    if (level === undefined) return words.noLevel(value.slice(0, 60), LEVELS.join(', '));
    settings.level = level;
  }
  return null;
}

/** Settings of agents' loggers. */
export const agentDefinition: TemplateDefinition = {
  name: 'agent',
  kind: 'agent',
  parts: { settings: 'text' },
  shape: { domain: 'text', role: 'text', name: 'text' },
  sample: () => ({ domain: 'billing', role: 'planner', name: 'invoices' }),
  refuse(_part, output, words) {
    const settings = readAgentSettings(output, words);
    return typeof settings === 'string' ? settings : null;
  },
  builtIn: [
    `name: agent
kind: agent
version: 1.0.0

=== settings
{{#block which}}
agents: *.*.*
{{/block}}
{{#block settings}}
{{/block}}
`,
  ],
};
