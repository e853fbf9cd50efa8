/** `{subject}`, `{value}`, `{label.place}`. */
const PLACEHOLDER = /\{([a-z]+)(?:\.([^{}]{1,100}))?\}/g;
const KNOWN = ['subject', 'value', 'unit', 'threshold', 'measurement', 'text', 'label'] as const;

export type DescriptionFacts = Partial<Record<Exclude<(typeof KNOWN)[number], 'label'>, string>> & {
  labels: Readonly<Record<string, string>>;
  unknown: string;
};

/** Fills a rule's own sentence in; what is not known reads so. */
export function fillDescription(template: string, { labels, unknown, ...facts }: DescriptionFacts): string {
  return template.replace(PLACEHOLDER, (_whole, name: string, label?: string) => {
    if (name === 'label')
      return (label !== undefined && Object.hasOwn(labels, label) ? labels[label] : null) ?? unknown;
    return facts[name as keyof typeof facts] ?? unknown;
  });
}

export function checkDescription(template: string, refuse: (reason: string) => never): void {
  for (const [whole, name, label] of template.matchAll(PLACEHOLDER)) {
    const isKnown = KNOWN.some((known) => known === name) && (name === 'label') === (label !== undefined);
    if (!isKnown) refuse(`"${whole}" is not known; known are ${KNOWN.map((one) => `{${one}}`).join(' ')}`);
  }
}
