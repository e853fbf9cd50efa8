export * from './acknowledge-by-link.ts';
export * from './acknowledge-links.ts';
export { hideAcknowledgeLinks } from './hide-links.ts';
