export type * from './issue-evidence.ts';
export type * from './ports.ts';
