import { createHmac } from 'node:crypto';
import { type KeySource, readKey } from './read-key.ts';

/**
 * `text`: NFKC, without case, outer blanks and repeated blanks. `digits`: its digits only (phone, IBAN without letters). `exact`: as it is.
 */
export type Normalisation = 'text' | 'digits' | 'exact';

export interface IndexedField {
  /** As its path is written in the record: `customer.email`. */
  path: string;
  normalise?: Normalisation;
}

export interface BlindIndexOptions {
  /** Another key than the one that wraps: who may search need not be who may read. */
  key: KeySource;
  /** Declared fields; of others nothing is indexed. */
  fields: readonly IndexedField[];
}

export interface BlindIndex {
  /** 64 hex digits, equal for equal values of that field; null for fields that are not declared and values that are no text or number. */
  of(path: string, value: unknown): string | null;
}

/** HMAC-SHA-256 over the field's name and the normalised value: equality can be searched, nothing can be read. */
export function createBlindIndex({ key: source, fields }: BlindIndexOptions): BlindIndex {
  const key = readKey(source);
  const declared = new Map(fields.map(({ path, normalise = 'text' }) => [path, normalise]));
  return {
    of(path, value) {
      const normalise = declared.get(path);
      if (normalise === undefined || (typeof value !== 'string' && typeof value !== 'number')) return null;
      const bound = JSON.stringify(['guardian-blind-index-v1', path, normalised(String(value), normalise)]);
      return createHmac('sha256', key).update(bound).digest('hex');
    },
  };
}

function normalised(value: string, how: Normalisation): string {
  switch (how) {
    case 'exact':
      return value;
    case 'digits':
      return value.normalize('NFKC').replace(/\D/g, '');
    case 'text':
      return value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
    default:
      return how satisfies never;
  }
}
