import { PLACEHOLDER, type Worded } from '../../shared/index.ts';

const KNOWN = ['subject', 'value', 'unit', 'threshold', 'measurement', 'text', 'label'] as const;

/** What stands in braces in a rule's own sentence must be something that can be filled in. */
export function checkDescription(template: string, refuse: (reason: Worded) => never): void {
  for (const [whole, name, label] of template.matchAll(PLACEHOLDER)) {
    const isKnown = KNOWN.some((known) => known === name) && (name === 'label') === (label !== undefined);
    const known = KNOWN.map((one) => `{${one}}`).join(' ');
    if (!isKnown) refuse((m) => m.declarations.rules.placeholder(whole, known));
  }
}
