/** How far a structure is looked into. What lies beyond is cut and marked, never passed unscanned. */
export interface RedactionLimits {
  /** Levels of nesting that are looked into. */
  depth: number;
  /** Values of one structure that are looked at. */
  nodes: number;
  /** Characters of one string that are scanned. */
  stringLength: number;
}

export const DEFAULT_LIMITS: RedactionLimits = {
  /** Levels of nesting; real records stay below 10. */
  depth: 64,
  /** Values per structure; a larger one is cut there and marked. */
  nodes: 10_000,
  /** Characters of one string (256 KiB). */
  stringLength: 262_144,
};
