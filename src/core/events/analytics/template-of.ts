const LONGEST = 160;
/** What varies from one message to the next: what holds a digit, and quoted words. */
const VARYING = /"[^"]{0,80}"|'[^']{0,80}'|[\w-]*\d[\w-]*/g;

/** The message without what varies: its own template, else its first line with `*` for values. Bounded; linear. */
export function templateOf({ template, body }: { template: string | null; body: string }): string {
  if (template !== null) return template.slice(0, LONGEST);
  const end = body.indexOf('\n');
  return body.slice(0, end === -1 ? LONGEST : Math.min(end, LONGEST)).replace(VARYING, '*');
}
