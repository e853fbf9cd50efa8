export {
  type AnalyseExtractivelyOptions,
  analyseExtractively,
  type ExtractiveAnalysis,
} from './analyse-extractively.ts';
export { findEntities } from './entities/find-entities.ts';
export { type ExtractConceptsOptions, extractConcepts } from './extract-concepts.ts';
export type { AnalysedMessage } from './split-conversation.ts';
export { type SummariseOptions, summarise } from './summarise.ts';
export { type AnalysisLanguage, detectLanguage } from './text/detect-language.ts';
