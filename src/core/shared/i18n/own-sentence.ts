/** `{subject}`, `{value}`, `{label.place}`. */
export const PLACEHOLDER = /\{([a-z]+)(?:\.([^{}]{1,100}))?\}/g;

export interface OwnSentenceFacts {
  subject?: string;
  value?: string;
  unit?: string;
  threshold?: string;
  measurement?: string;
  text?: string;
  labels: Readonly<Record<string, string>>;
}

/** A team's own sentence, filled in; what is not known reads so. */
export function ownSentence(template: string, { labels, ...facts }: OwnSentenceFacts, unknown: string): string {
  return template.replace(PLACEHOLDER, (_whole, name: string, label?: string) => {
    if (name === 'label')
      return (label !== undefined && Object.hasOwn(labels, label) ? labels[label] : null) ?? unknown;
    return (Object.hasOwn(facts, name) ? facts[name as keyof typeof facts] : null) ?? unknown;
  });
}
