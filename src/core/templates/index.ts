export * from './agent-definition.ts';
export * from './choose-agent-template.ts';
export * from './definition.ts';
export type * from './ports.ts';
export * from './read-template-files.ts';
export * from './template-library.ts';
