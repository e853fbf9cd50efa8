export { cloneBundle } from './clone-bundle.ts';
export { createFixHistory, type FixHistoryOptions } from './fix-history.ts';
export { type OpenRepository, openRepository } from './open-repository.ts';
export { type HookCommand, type HookOutcome, installPrePushHook, uninstallPrePushHook } from './pre-push-hook.ts';
export {
  type ChangedFile,
  type CommitRequest,
  type TakenChange,
  type TakeOptions,
  type TreeIdentity,
  takeChange,
  treeIdentity,
} from './take-change.ts';
export { makeThrowAwayTree, type TreeOptions } from './throw-away-tree.ts';
