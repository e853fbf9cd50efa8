import { TemplateError } from '../shared/index.ts';
import { type Agent, type AgentSettings, readAgentSettings } from './agent-definition.ts';
import { idOf, keyOf, type TemplateLibrary } from './template-library.ts';

export interface AgentChoice extends AgentSettings {
  /** `namespace/name@1.2.0`. */
  template: string;
}

/** The settings of the template whose `agents` fits with the fewest `*`; of equals the first by name. */
export function chooseAgentTemplate(library: TemplateLibrary, agent: Agent): AgentChoice {
  // One line each: a name cannot say what is another setting's.
  const data = {
    domain: oneWord(agent.domain),
    role: oneWord(agent.role),
    name: oneWord(agent.name),
  };
  let best: AgentChoice | null = null;
  for (const version of library.list()) {
    if (version.kind !== 'agent' || library.current(keyOf(version)) !== version.version) continue;
    const settings = settingsOf(library, idOf(version), data);
    if (settings === null || !fits(settings.agents, agent)) continue;
    if (best === null || starsOf(settings.agents) < starsOf(best.agents) || isOwnBefore(version.origin, settings, best))
      best = { ...settings, template: idOf(version) };
  }
  return best ?? { agents: '*.*.*', level: null, fields: {}, template: 'guardian/agent@1.0.0' };
}

/** Null: for this agent it gives nothing that can be used. */
function settingsOf(library: TemplateLibrary, reference: string, data: Record<string, string>): AgentSettings | null {
  try {
    const settings = readAgentSettings(library.fillVersion(reference, 'settings', data), library.words);
    return typeof settings === 'string' ? null : settings;
  } catch (thrown) {
    if (thrown instanceof TemplateError) return null;
    throw thrown;
  }
}

/** Somebody's own for all agents goes before the built-in one. */
function isOwnBefore(origin: string, { agents }: AgentSettings, best: AgentChoice): boolean {
  return origin === 'file' && best.template.startsWith('guardian/') && starsOf(agents) <= starsOf(best.agents);
}

function fits(pattern: string, { domain, role, name }: Agent): boolean {
  const words = [domain, role, name];
  return pattern.split('.').every((part, index) => part === '*' || part === words[index]);
}

function starsOf(pattern: string): number {
  return pattern.split('.').filter((part) => part === '*').length;
}

function oneWord(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, 200);
}
