import type { mail as English } from '../en/mail.ts';

export const mail: typeof English = {};
