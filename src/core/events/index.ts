export * from './event.ts';
export type * from './ports.ts';
