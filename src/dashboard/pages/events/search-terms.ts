const PLAIN = /^[\w.:/@-]+$/;

/** `service:api`, or `service:"my api"`; quotes inside become spaces, for the search language has no escape. */
export function term(field: string, value: string): string {
  return `${field}:${PLAIN.test(value) ? value : `"${value.replaceAll('"', ' ')}"`}`;
}

/** The query with the term, once; its opposite goes. */
export function withTerm(query: string, added: string): string {
  const opposite = added.startsWith('-') ? added.slice(1) : `-${added}`;
  const kept = splitTerms(query).filter((one) => one !== added && one !== opposite);
  return [...kept, added].join(' ');
}

/** Words and fields, each with its quoted part. */
function splitTerms(query: string): string[] {
  return query.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];
}
