import { PLACEHOLDER } from '../../shared/index.ts';

const KNOWN = ['subject', 'value', 'unit', 'threshold', 'measurement', 'text', 'label'] as const;

/** What stands in braces in a rule's own sentence must be something that can be filled in. */
export function checkDescription(template: string, refuse: (reason: string) => never): void {
  for (const [whole, name, label] of template.matchAll(PLACEHOLDER)) {
    const isKnown = KNOWN.some((known) => known === name) && (name === 'label') === (label !== undefined);
    if (!isKnown) refuse(`"${whole}" is not known; known are ${KNOWN.map((one) => `{${one}}`).join(' ')}`);
  }
}
