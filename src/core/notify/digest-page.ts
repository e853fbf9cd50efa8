/** One report that was not OK, in words. */
export interface DigestRow {
  time: string;
  service: string;
  /** The status itself, for its colour. */
  status: string;
  statusText: string;
  /** Null: nothing was counted. */
  errors: string | null;
}

/** What the digest says, for both parts of the mail. */
export interface DigestPage {
  title: string;
  intro: string;
  rows: readonly DigestRow[];
  colon: string;
  leftOut: string | null;
  clock: string;
  more: { label: string; url: string } | null;
}

const BADGES: Record<string, string> = { DEGRADED: '#ffaa00', CRITICAL: '#ff4444' };
const NEUTRAL = '#4a9eff';

/** What templates of the digest are filled with. */
export function digestData({ rows, ...page }: DigestPage, language: string): Record<string, unknown> {
  return {
    ...page,
    language,
    rows: rows.map((row) => ({
      ...row,
      service: oneLine(row.service),
      color: Object.hasOwn(BADGES, row.status) ? BADGES[row.status] : NEUTRAL,
    })),
  };
}

/** A name from a log cannot begin a line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
