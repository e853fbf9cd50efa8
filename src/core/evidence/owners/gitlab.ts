import { MOST_RULES, type OwnedBy, type OwnerRule, type OwnersOf, splitRule } from './code-owners.ts';
import { matchesPathPattern } from './path-pattern.ts';

/** Where GitLab looks, the first found counts. */
export const GITLAB_FILES: readonly string[] = ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

interface Section {
  defaults: string[];
  rules: (OwnerRule & { excludes: boolean })[];
}

/** `[Name]`, `^[Name]`, `[Name][2] @default`. */
const SECTION = /^\^?\[([^\]]+)\](?:\[\d+\])?(?:\s+(.*))?$/;

/**
 * GitLab's rules (https://docs.gitlab.com/user/project/codeowners/reference/): each section is judged alone and the last match in it wins;
 * sections of one name (case aside) are one; a rule without owners takes the section's; `!` takes paths out of the section.
 */
export function readGitlabOwners(text: string): OwnersOf {
  const sections = new Map<string, Section>([['', { defaults: [], rules: [] }]]);
  let open = sections.get('')!;
  for (const line of text.split(/\r?\n/).slice(0, MOST_RULES)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const section = SECTION.exec(trimmed);
    if (section) {
      open = sectionOf(sections, (section[1] ?? '').trim().toLowerCase());
      const defaults = splitRule(`* ${section[2] ?? ''}`)?.owners ?? [];
      if (defaults.length > 0) open.defaults = defaults;
      continue;
    }
    const rule = ruleOf(trimmed, open.defaults);
    if (rule) open.rules.push(rule);
  }
  return (path) => [...sections.values()].flatMap((section) => ownersIn(section, path));
}

function ruleOf(text: string, defaults: Section['defaults']): Section['rules'][number] | null {
  const excludes = text.startsWith('!');
  const rule = splitRule(excludes ? text.slice(1) : text);
  if (!rule) return null;
  const owners = rule.owners.length > 0 ? rule.owners : defaults;
  return { pattern: rule.pattern.replace(/\\([# ])/g, '$1'), owners, text, excludes };
}

function sectionOf(sections: Map<string, Section>, name: string): Section {
  const known = sections.get(name);
  if (known) return known;
  const section: Section = { defaults: [], rules: [] };
  sections.set(name, section);
  return section;
}

function ownersIn({ rules }: Section, path: string): OwnedBy[] {
  const matching = rules.filter(({ pattern }) => matchesPathPattern(pattern, path, pattern.startsWith('/')));
  if (matching.some(({ excludes }) => excludes)) return [];
  const rule = matching.at(-1);
  return (rule?.owners ?? []).map((owner) => ({ owner, rule: rule?.text ?? '' }));
}
