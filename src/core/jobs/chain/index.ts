export { createFollow } from './follow.ts';
export { type ChainGraph, checkChains, createChainGraph } from './graph.ts';
export type { ChainFinished, RunFinished } from './told.ts';
