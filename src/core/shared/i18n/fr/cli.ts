import type { cli as English } from '../en/cli.ts';

export const cli: typeof English = {};
