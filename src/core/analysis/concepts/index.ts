export {
  type ConceptLanguage,
  type ConceptTerm,
  type ConceptVector,
  conceptVector,
  cosine,
  SHARE_OF_STEMS,
} from './concept-vector.ts';
export {
  type ConceptMention,
  type ConceptRecall,
  type FindRecallsOptions,
  findRecalls,
  MOST_RECALLS,
  type NewConcept,
  RECALL_THRESHOLD,
} from './find-recalls.ts';
