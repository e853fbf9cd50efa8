export type * from './concept-store.ts';
export {
  createRecall,
  RECALL_LIMITS,
  type Recall,
  type RecallLimits,
  type RecallOptions,
  type ToldRecalls,
} from './recall.ts';
