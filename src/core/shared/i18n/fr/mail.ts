import type { mail as English } from '../en/mail.ts';

export const mail: typeof English = {
  missingPart: (part, reason) => `La partie ${part} de ce rapport n’a pas pu être faite (${reason}).`,
  fallback: (status) => `La production est ${status}. Voyez les pièces jointes.`,
  couldNotLook: {
    label: 'PAS DE VUE',
    text: (watched, message, remedy) =>
      `Guardian n’a pas pu regarder ${watched}, plusieurs fois de suite. On ne sait rien de la production depuis ; cela ne veut pas dire que tout va bien.\n\n${message}\n${remedy}\n`,
  },
  digest: {
    label: 'RÉSUMÉ',
    intro: (bad: number, all: number) => `Le dernier jour : ${bad} rapports sur ${all} n’étaient pas OK.`,
    line: (entry: { time: string; service: string; status: string; errors: number }) =>
      `${entry.time}  ${entry.service} : ${entry.status}, ${entry.errors} incidents d’erreur`,
    more: (url: string) => `Tous les rapports : ${url}`,
  },
};
