import type { RedactionKind } from './marker.ts';
import type { RedactionAction } from './text-redactor.ts';

/** What is done with whole fields whose name or path tells that they are secrets. */
export interface FieldRules {
  /** `ownPath`: the index of the own path that led to it; -1 when the name did. */
  actionOf(kind: RedactionKind, key: string, ownPath: number): RedactionAction;
  pseudonymised(kind: RedactionKind, secret: string): string;
  /** What stands in place of the value that the sealer gets; null when nothing is being sealed. */
  seal(kind: RedactionKind, value: unknown): string | null;
}
