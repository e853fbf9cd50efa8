import type { ExtractedAnalysis } from '../../core/analysis/index.ts';
import type { LongConversation } from '../work-methods.ts';

/** The built-in analysis, loaded here when a conversation is long: its word lists are in no other thread's way. */
export async function extractAnalysis(conversation: LongConversation): Promise<ExtractedAnalysis> {
  const { analyseExtractively } = await import('../../core/analysis/index.ts');
  const { summary, concepts, entities, language } = analyseExtractively(conversation);
  return { summary, concepts, entities, language };
}
