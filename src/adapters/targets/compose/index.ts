export { type ComposeTargetOptions, createComposeTarget } from './compose-target.ts';
