import type { CreateTableBuilder } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import type { MigrationDatabase } from './tables.ts';

/**
 * The tables of better-auth 1.7 with its admin plugin and its rate limits, column for column as its own `compileMigrations` writes them
 * (https://better-auth.com/docs/concepts/database#core-schema): its adapter names the columns so.
 */
export async function createAuthTables(db: MigrationDatabase, { types }: StoreDialect): Promise<void> {
  const { authFlag, authInstant } = types;
  await withId(db, 'user')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('emailVerified', authFlag, (column) => column.notNull())
    .addColumn('image', 'text')
    .addColumn('createdAt', authInstant, (column) => column.notNull())
    .addColumn('updatedAt', authInstant, (column) => column.notNull())
    .addColumn('role', 'text')
    .addColumn('banned', authFlag)
    .addColumn('banReason', 'text')
    .addColumn('banExpires', authInstant)
    .execute();
  await withUser(withId(db, 'session'))
    .addColumn('expiresAt', authInstant, (column) => column.notNull())
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('createdAt', authInstant, (column) => column.notNull())
    .addColumn('updatedAt', authInstant, (column) => column.notNull())
    .addColumn('ipAddress', 'text')
    .addColumn('userAgent', 'text')
    .addColumn('impersonatedBy', 'text')
    .execute();
  await withUser(withId(db, 'account'))
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('accountId', 'text', (column) => column.notNull())
    .addColumn('providerId', 'text', (column) => column.notNull())
    .addColumn('accessToken', 'text')
    .addColumn('refreshToken', 'text')
    .addColumn('idToken', 'text')
    .addColumn('accessTokenExpiresAt', authInstant)
    .addColumn('refreshTokenExpiresAt', authInstant)
    .addColumn('scope', 'text')
    .addColumn('password', 'text')
    .addColumn('createdAt', authInstant, (column) => column.notNull())
    .addColumn('updatedAt', authInstant, (column) => column.notNull())
    .execute();
  await withId(db, 'verification')
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('expiresAt', authInstant, (column) => column.notNull())
    .addColumn('createdAt', authInstant, (column) => column.notNull())
    .addColumn('updatedAt', authInstant, (column) => column.notNull())
    .execute();
  await withId(db, 'rateLimit')
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('lastRequest', 'bigint', (column) => column.notNull())
    .execute();
  await createAuthIndexes(db);
}

type NewTable = CreateTableBuilder<string, string>;

function withId(db: MigrationDatabase, name: string): NewTable {
  return db.schema.createTable(name).addColumn('id', 'text', (column) => column.primaryKey().notNull());
}

function withUser(table: NewTable): NewTable {
  return table.addColumn('userId', 'text', (column) => column.notNull().references('user.id').onDelete('cascade'));
}

async function createAuthIndexes({ schema }: MigrationDatabase): Promise<void> {
  await schema.createIndex('session_userId_idx').on('session').column('userId').execute();
  await schema.createIndex('account_userId_idx').on('account').column('userId').execute();
  await schema.createIndex('verification_identifier_idx').on('verification').column('identifier').execute();
  await schema
    .createIndex('account_issuer_accountId_uidx')
    .on('account')
    .columns(['issuer', 'accountId'])
    .unique()
    .execute();
}
