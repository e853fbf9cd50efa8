import type { suggestedFixes as English } from '../en/suggested-fixes.ts';

export const suggestedFixes: typeof English = {};
