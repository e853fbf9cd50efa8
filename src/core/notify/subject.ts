/** How a mail's subject is made; each a knob. */
export interface SubjectOptions {
  /** Stands in brackets: what recipients and their filters know the sender by. */
  tag: string;
  /** The service's name as people say it. */
  name: string;
  /** IANA zone in which the recipients read the clock. */
  timeZone: string;
}

const SIGNS: Record<string, string> = { OK: '✅', DEGRADED: '⚠️', CRITICAL: '🚨' };

/**
 * `🚨 [CODEX GPT] Production CRITICAL - NAME (19/10 14:30)`. `label` is the status, or another word for other occasions, which get 📊.
 * Line ends and control characters in the name cannot start a header: they become spaces.
 */
export function mailSubject(label: string, at: number, { tag, name, timeZone }: SubjectOptions): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: '2-digit',
    month: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((found) => found.type === type)?.value ?? '';
  const when = `${part('day')}/${part('month')} ${part('hour')}:${part('minute')}`;
  return `${SIGNS[label] ?? '📊'} [${tag}] Production ${label} - ${name} (${when})`.replace(
    /[\u0000-\u001f\u007f\u2028\u2029]+/g,
    ' ',
  );
}
