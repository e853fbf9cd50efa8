export * from './analyser.ts';
export * from './as-analyze-reply.ts';
export * from './conversations.ts';
