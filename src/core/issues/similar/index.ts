export { compareIssues } from './compare-nightly.ts';
export { createStackReader, type IssueStack } from './issue-stack.ts';
export { type MergeSuggestion, StackIndex } from './stack-index.ts';
