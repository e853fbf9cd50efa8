export { createStackReader, type IssueStack } from './issue-stack.ts';
export { type MergeSuggestion, suggestFor, suggestMerges } from './suggest-merges.ts';
