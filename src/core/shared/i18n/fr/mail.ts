import type { mail as English } from '../en/mail.ts';

export const mail: typeof English = {
  missingPart: (part, reason) => `La partie ${part} de ce rapport n’a pas pu être faite (${reason}).`,
  fallback: (status) => `La production est ${status}. Voyez les pièces jointes.`,
};
