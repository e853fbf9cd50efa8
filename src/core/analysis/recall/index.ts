export type * from './concept-store.ts';
export {
  createRecall,
  type Recall,
  type RecallLimits,
  type RecallOptions,
  type ToldRecalls,
} from './recall.ts';
