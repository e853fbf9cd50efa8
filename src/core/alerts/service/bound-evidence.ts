/** Characters of JSON that an alert keeps as evidence. */
const LONGEST_EVIDENCE = 16 * 1024;

/** Evidence as it is kept; what is too large is left out, and said so. */
export function boundEvidence(evidence: Record<string, unknown> | null): Record<string, unknown> | null {
  if (evidence === null) return null;
  const characters = JSON.stringify(evidence).length;
  return characters <= LONGEST_EVIDENCE ? evidence : { isLeftOut: true, characters };
}
