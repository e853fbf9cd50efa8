import { type ErrorCode, GuardianError, type Messages } from '../../../../../core/shared/index.ts';

/**
 * Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html, by their beginning; the first that fits counts.
 * Unavailable are: connection lost or refused, no resources, ended by an operator, serialisation and deadlock, no such login or database.
 */
const BY_STATE: readonly [string, ErrorCode][] = [
  ['23505', 'conflict'],
  ['22', 'payload_invalid'],
  ['53100', 'store_full'],
  ['25006', 'store_read_only'],
  ['42501', 'store_read_only'],
  ['XX001', 'store_damaged'],
  ['XX002', 'store_damaged'],
  ['08', 'store_unavailable'],
  ['53', 'store_unavailable'],
  ['57', 'store_unavailable'],
  ['40', 'store_unavailable'],
  ['28', 'store_unavailable'],
  ['3D', 'store_unavailable'],
  ['55P03', 'store_unavailable'],
];

const LOST_CONNECTION = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOST|ENET|EAI_)/;
/** What pg itself says without a code. */
const LOST_CLIENT = /connection terminated|timeout exceeded|not queryable|connection ended|client was closed/i;

/** The catalogue's error for what PostgreSQL or the way to it refused. `path` is host and database, without credentials. */
export function toStoreError(thrown: unknown, path: string): GuardianError {
  if (thrown instanceof GuardianError) return thrown;
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  const state = typeof code === 'string' ? code : '';
  const reason = typeof message === 'string' && message ? message : state || 'no answer';
  const found = codeOf(state, reason);
  const remedy = found === 'store_damaged' ? { remedy: (m: Messages) => m.stores.dumpRemedy } : {};
  return new GuardianError(found, { path, reason, ...remedy, cause: thrown });
}

function codeOf(state: string, reason: string): ErrorCode {
  if (LOST_CONNECTION.test(state)) return 'store_unavailable';
  if (state.length === 5) return BY_STATE.find(([start]) => state.startsWith(start))?.[1] ?? 'internal';
  return LOST_CLIENT.test(reason) ? 'store_unavailable' : 'internal';
}
