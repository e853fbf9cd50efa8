import type { recommendations as English } from '../en/recommendations.ts';

export const recommendations: typeof English = {};
