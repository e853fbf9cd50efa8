import type { Store } from '../adapters/store/sql/index.ts';
import type { ServerOptions } from '../server/index.ts';

/** better-auth's tables stand in the same database; it brings its own statements for them. */
export function authDatabaseOf({ kysely, kind }: Pick<Store, 'kysely' | 'kind'>): ServerOptions['authDatabase'] {
  return { kysely: kysely as unknown as ServerOptions['authDatabase']['kysely'], kind };
}
