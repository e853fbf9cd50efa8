export type * from './incident.ts';
export type * from './issue.ts';
export type * from './understanding.ts';
