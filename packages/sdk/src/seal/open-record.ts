import { type Field, openFields, type SealedEnvelope } from './envelope.ts';
import type { KeyWrapper, WrappedKey } from './key-wrapper.ts';
import { SealingError } from './sealing-error.ts';

export interface RecordToOpen {
  id: string;
  service: string;
  envelope: SealedEnvelope;
  /** Of the envelope's key; null: it is not in the history, and the envelope must carry it. */
  wrapped: WrappedKey | null;
  /** Those whose key is at hand; the one that wrapped is found by its id. */
  wrappers: readonly KeyWrapper[];
}

/** The sealed fields of one record. Throws `SealingError`: `key-missing`, `wrapping-failed`, `not-authentic`, `format-unknown`. */
export async function openRecord({ id, service, envelope, wrapped, wrappers }: RecordToOpen): Promise<Field[]> {
  const key = wrapped ?? envelope.wrapped ?? null;
  if (key === null || key.id !== envelope.key)
    throw new SealingError('key-missing', `the wrapped key ${envelope.key} is not known`);
  const wrapper = wrappers.find(({ id: name }) => name === key.wrappedBy);
  if (wrapper === undefined)
    throw new SealingError('key-missing', `the key that wrapped it (${key.wrappedBy}) is not at hand`);
  const dataKey = await wrapper.unwrap(Buffer.from(key.wrapped, 'hex'), key.id).catch((cause: unknown) => {
    if (cause instanceof SealingError) throw cause;
    throw new SealingError('wrapping-failed', `the key could not be unwrapped: ${(cause as Error).message}`, { cause });
  });
  return openFields({ id, service, envelope }, dataKey);
}
