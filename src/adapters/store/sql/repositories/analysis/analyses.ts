import type { Transaction } from 'kysely';
import type { Analysis, AnalysisMetadata, AnalysisStore, KnownAnalysis } from '../../../../../core/analysis/index.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

/** Analyses by what they were made of; one that no conversation has as its last is forgotten with the change that made it so. */
export function createAnalysisStore(dialect: StoreDialect): AnalysisStore {
  const { kysely } = dialect;
  return {
    async find(key) {
      const row = await kysely
        .selectFrom('analysis')
        .leftJoin('conversation_analysis', 'analysis_key', 'key')
        .select(['content_hash', 'analysis', 'metadata', 'valid_until', 'messages as analysed_messages'])
        .where('key', '=', key)
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : knownAnalysisOf(row);
    },

    async latest(sessionId) {
      const row = await kysely
        .selectFrom('conversation_analysis')
        .innerJoin('analysis', 'key', 'analysis_key')
        .select(['content_hash', 'analysis', 'metadata', 'valid_until', 'messages as analysed_messages'])
        .where('conversation_id', '=', sessionId)
        .executeTakeFirst();
      return row === undefined ? null : knownAnalysisOf(row);
    },

    async keep({ key, sessionId, contentHash, analysis, metadata, messages, validUntil, at }) {
      const made = {
        content_hash: contentHash,
        analysis: JSON.stringify(analysis),
        metadata: JSON.stringify(metadata),
        valid_until: validUntil,
      };
      await contendedTransaction(dialect, async (trx) => {
        await trx
          .insertInto('analysis')
          .values({ key, ...made })
          .onConflict((conflict) => conflict.column('key').doUpdateSet(made))
          .execute();
        const before = await trx
          .selectFrom('conversation_analysis')
          .select('analysis_key')
          .where('conversation_id', '=', sessionId)
          .executeTakeFirst();
        const last = { analysis_key: key, messages, at };
        await trx
          .insertInto('conversation_analysis')
          .values({ conversation_id: sessionId, ...last })
          .onConflict((conflict) => conflict.column('conversation_id').doUpdateSet(last))
          .execute();
        if (before !== undefined && before.analysis_key !== key) await forgetUnused(trx, [before.analysis_key]);
      });
    },
  };
}

/** Takes the analyses of these conversations away, unless another conversation has them too. */
export async function forgetAnalyses(trx: Transaction<Schema>, conversationIds: readonly string[]): Promise<void> {
  const gone = await trx
    .deleteFrom('conversation_analysis')
    .where('conversation_id', 'in', conversationIds)
    .returning('analysis_key')
    .execute();
  const keys = [...new Set(gone.map(({ analysis_key }) => analysis_key))];
  if (keys.length > 0) await forgetUnused(trx, keys);
}

async function forgetUnused(trx: Transaction<Schema>, keys: readonly string[]): Promise<void> {
  await trx
    .deleteFrom('analysis')
    .where('key', 'in', keys)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('conversation_analysis')
            .select('conversation_id')
            .whereRef('conversation_analysis.analysis_key', '=', 'analysis.key'),
        ),
      ),
    )
    .execute();
}

/** Null: there is none. */
export function knownAnalysisOf(row: {
  content_hash: string | null;
  analysis: string | null;
  metadata: string | null;
  valid_until: number | null;
  analysed_messages: number | null;
}): KnownAnalysis | null {
  if (row.analysis === null || row.metadata === null || row.content_hash === null) return null;
  return {
    analysis: JSON.parse(row.analysis) as Analysis,
    metadata: JSON.parse(row.metadata) as AnalysisMetadata,
    contentHash: row.content_hash,
    messages: row.analysed_messages ?? 0,
    validUntil: row.valid_until,
  };
}
