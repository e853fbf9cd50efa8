import type { Messages } from '../../shared/index.ts';

/** The sentences of runs. */
export type RunTexts = Messages['runs'];
