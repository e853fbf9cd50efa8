export {
  type AnalyseExtractivelyOptions,
  analyseExtractively,
  type ExtractiveAnalysis,
} from './analyse-extractively.ts';
export { type ExtractConceptsOptions, extractConcepts } from './extract-concepts.ts';
export type { AnalysedMessage } from './split-conversation.ts';
export type { SummariseOptions } from './summarise.ts';
export { type AnalysisLanguage, detectLanguage } from './text/detect-language.ts';
