/** What `build_tag.txt` says. */
export interface BuildTag {
  /** 0: it holds no number. */
  buildId: number;
  /** The text itself, for the log; null when it is a number, or empty. */
  former: string | null;
}

/**
 * `142`, `v142` and `build-142` go on from 142. A tag of a date and time (`deploy-20251008-183707`) is no count: the store's own number goes on, and
 * the tag is kept in the log. A damaged or missing file stops nothing: the store has the number.
 */
export function readBuildTag(text: string | null): BuildTag {
  const tag = (text ?? '').trim().slice(0, 100);
  if (tag === '') return { buildId: 0, former: null };
  const digits = /^(?:v|build-)?(\d{1,9})$/.exec(tag)?.[1];
  return digits === undefined ? { buildId: 0, former: tag } : { buildId: Number(digits), former: null };
}

/** What is written to it once the id was given. */
export function buildTagText(buildId: number): string {
  return `${buildId}\n`;
}
