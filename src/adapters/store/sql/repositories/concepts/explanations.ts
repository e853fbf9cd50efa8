import type { ExplanationStore, KeptExplanation } from '../../../../../core/analysis/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';

/** The last explanation of each issue and language. */
export function createExplanationStore({ kysely }: StoreDialect): ExplanationStore {
  return {
    async find(issueId, language) {
      const row = await kysely
        .selectFrom('issue_explanation')
        .selectAll()
        .where('issue_id', '=', issueId)
        .where('language', '=', language)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        explanation: JSON.parse(row.explanation) as KeptExplanation['explanation'],
        evidenceHash: row.evidence_hash,
        validUntil: row.valid_until,
      };
    },

    async keep({ issueId, language, explanation, evidenceHash, validUntil, at }) {
      const made = {
        evidence_hash: evidenceHash,
        explanation: JSON.stringify(explanation),
        valid_until: validUntil,
        at,
      };
      await kysely
        .insertInto('issue_explanation')
        .values({ issue_id: issueId, language, ...made })
        .onConflict((conflict) => conflict.columns(['issue_id', 'language']).doUpdateSet(made))
        .execute();
    },
  };
}
