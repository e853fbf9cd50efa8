import type { AuditEntry } from '../../../packages/sdk/src/audit/index.ts';
import { toInstant } from '../shared/index.ts';
import type { AuditAction } from './ports.ts';

const LONGEST_TEXT = 2_000;

/**
 * The action at its place, in a form that every database gives back as it took it: no NUL, no half characters, fields as JSON holds
 * them.
 */
export function asEntry(
  { at, actor, action, object, outcome, address, fields }: AuditAction,
  sequence: number,
): AuditEntry {
  return {
    sequence,
    at: toInstant(at),
    actor: storable(actor),
    action: storable(action),
    object: storable(object),
    outcome,
    address: address === null ? null : storable(address),
    fields: fields === null ? null : plain(fields),
  };
}

function storable(text: string): string {
  return text.slice(0, LONGEST_TEXT).replaceAll('\0', '\ufffd').toWellFormed();
}

function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const wellFormed = JSON.stringify(fields, (_name, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
  return JSON.parse(wellFormed) as Record<string, unknown>;
}
