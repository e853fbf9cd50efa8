export { createStackReader, type IssueStack } from './issue-stack.ts';
export { type MergeSuggestion, StackIndex } from './stack-index.ts';
export { suggestMerges } from './suggest-merges.ts';
