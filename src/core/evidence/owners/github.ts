import { MOST_RULES, type OwnerRule, type OwnersOf, splitRule } from './code-owners.ts';
import { matchesPathPattern } from './path-pattern.ts';

/** Where GitHub looks, the first found counts. */
export const GITHUB_FILES: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/**
 * GitHub's rules (https://docs.github.com/articles/about-code-owners): the last match wins, case counts, a rule without owner leaves the path
 * unowned on purpose; `!`, `[ ]` and `\#` do not exist there, and such lines are passed over as GitHub does.
 */
export function readGithubOwners(text: string): OwnersOf {
  const rules: OwnerRule[] = [];
  for (const line of text.split(/\r?\n/).slice(0, MOST_RULES)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!') || /^\S*[[\]]|^\\#/.test(trimmed))
      continue;
    const rule = splitRule(trimmed);
    if (rule) rules.push({ ...rule, pattern: rule.pattern.replaceAll('\\ ', ' '), text: trimmed });
  }
  return (path) => {
    const rule = rules.findLast(({ pattern }) => matchesPathPattern(pattern, path, isAnchored(pattern)));
    return (rule?.owners ?? []).map((owner) => ({ owner, rule: rule?.text ?? '' }));
  };
}

/** As in .gitignore: a slash at the front or inside ties the pattern to the root. */
function isAnchored(pattern: string): boolean {
  return pattern.replace(/\/+$/, '').includes('/') && !pattern.startsWith('**/');
}
