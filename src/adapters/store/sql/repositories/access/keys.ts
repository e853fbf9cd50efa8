import type { Kysely, Selectable } from 'kysely';
import type {
  ApiKey,
  ApiKeyStore,
  IngestKey,
  IngestKeyKind,
  KeyScope,
  ProjectStore,
} from '../../../../../core/access/index.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import type { Schema } from '../../schema.ts';

export function createProjectStore(db: Kysely<Schema>): ProjectStore {
  return {
    async list() {
      const rows = await db.selectFrom('project').select(['id', 'slug', 'name', 'created_at']).orderBy('id').execute();
      return rows.map(({ created_at, ...project }) => ({ ...project, createdAt: created_at }));
    },

    async create({ slug, name, createdAt }) {
      const made = await db
        .insertInto('project')
        .values({ slug, name, created_at: createdAt })
        .onConflict((conflict) => conflict.column('slug').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!made) throw new GuardianError('name_taken', { path: slug });
      return { id: made.id, slug, name, createdAt };
    },

    async keys(projectId) {
      let keys = db.selectFrom('ingest_key').selectAll().orderBy('created_at').orderBy('key');
      if (projectId !== null) keys = keys.where('project_id', '=', projectId);
      return (await keys.execute()).map(toIngestKey);
    },

    async addKey({ key, projectId, label, kind, ratePerMinute, createdAt, revokedAt }) {
      await db
        .insertInto('ingest_key')
        .values({
          key,
          project_id: projectId,
          label,
          kind,
          rate_per_minute: ratePerMinute,
          created_at: createdAt,
          revoked_at: revokedAt,
        })
        .execute();
    },

    async revokeKey(key, at) {
      const { numUpdatedRows } = await db
        .updateTable('ingest_key')
        .set({ revoked_at: at })
        .where('key', '=', key)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

export function createApiKeyStore(db: Kysely<Schema>): ApiKeyStore {
  return {
    async list() {
      const rows = await db.selectFrom('api_key').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(toApiKey);
    },

    async find(hash) {
      const row = await db.selectFrom('api_key').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row ? toApiKey(row) : null;
    },

    async add({ id, hash, label, scope, createdBy, createdAt, lastUsedAt, expiresAt, revokedAt }) {
      await db
        .insertInto('api_key')
        .values({
          id,
          hash,
          label,
          scope,
          created_by: createdBy,
          created_at: createdAt,
          last_used_at: lastUsedAt,
          expires_at: expiresAt,
          revoked_at: revokedAt,
        })
        .execute();
    },

    async revoke(id, at) {
      const { numUpdatedRows } = await db
        .updateTable('api_key')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async used(id, at) {
      await db.updateTable('api_key').set({ last_used_at: at }).where('id', '=', id).execute();
    },
  };
}

function toIngestKey(row: Selectable<Schema['ingest_key']>): IngestKey {
  return {
    key: row.key,
    projectId: row.project_id,
    label: row.label,
    kind: row.kind as IngestKeyKind,
    ratePerMinute: row.rate_per_minute,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}

function toApiKey(row: Selectable<Schema['api_key']>): ApiKey {
  return {
    id: row.id,
    hash: row.hash,
    label: row.label,
    scope: row.scope as KeyScope,
    createdBy: row.created_by,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
