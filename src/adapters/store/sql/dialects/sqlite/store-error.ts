import { GuardianError, messagesFor, sayingsOf } from '../../../../../core/shared/index.ts';
import type { SqliteFault } from './connection.ts';

const say = sayingsOf(messagesFor('en').stores, 'stores');

const PRIMARY = { BUSY: 5, LOCKED: 6, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, CANTOPEN: 14, NOTADB: 26 };
const CONSTRAINT_PRIMARY_KEY = 1555;
const CONSTRAINT_UNIQUE = 2067;

/** The catalogue's error for what SQLite refused; `path` is the database file. */
export function toStoreError({ resultCode, message }: SqliteFault, path: string): GuardianError {
  if (resultCode === CONSTRAINT_UNIQUE || resultCode === CONSTRAINT_PRIMARY_KEY) {
    return new GuardianError('conflict', { reason: message });
  }
  switch (resultCode === null ? null : resultCode & 0xff) {
    case PRIMARY.BUSY:
    case PRIMARY.LOCKED:
      return new GuardianError('store_unavailable', {
        path,
        reason: say.locked,
        remedy: (m) => m.stores.lockedRemedy,
      });
    case PRIMARY.READONLY:
      return new GuardianError('store_read_only', { path, reason: message });
    case PRIMARY.FULL:
      return new GuardianError('store_full', { path, reason: message });
    case PRIMARY.IOERR:
    case PRIMARY.CANTOPEN:
      return new GuardianError('store_unavailable', {
        path,
        reason: message,
        remedy: (m) => m.stores.fileRemedy,
      });
    case PRIMARY.CORRUPT:
    case PRIMARY.NOTADB:
      return new GuardianError('store_damaged', { path, reason: message });
    default:
      return new GuardianError('internal', { reason: message });
  }
}
