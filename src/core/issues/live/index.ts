export { createFolder, type FolderOptions, type FolderState, type FoldPass } from './folder.ts';
export { createStandingJudge, type JudgeStanding, SERVED_EVERY_MS } from './judge-standing.ts';
export type { FolderKnobs } from './knobs.ts';
export type { IssueChange } from './make-plan.ts';
export { isFoldCandidate, serializeForFold } from './queued-event.ts';
