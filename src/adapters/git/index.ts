export { cloneBundle } from './clone-bundle.ts';
export { type OpenRepository, openRepository } from './open-repository.ts';
export { type HookOutcome, installPrePushHook, uninstallPrePushHook } from './pre-push-hook.ts';
