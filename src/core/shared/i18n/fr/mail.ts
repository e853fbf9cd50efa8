import type { mail as English } from '../en/mail.ts';

export const mail: typeof English = {
  missingPart: (part, reason) => `La partie ${part} de ce rapport n’a pas pu être faite (${reason}).`,
  fallback: (status) => `La production est ${status}. Voyez les pièces jointes.`,
  couldNotLook: {
    label: 'LECTURE IMPOSSIBLE',
    text: (watched, message, remedy) =>
      `Guardian n’a pas pu regarder ${watched}, plusieurs fois de suite. On ne sait rien de la production depuis ; cela ne veut pas dire que tout va bien.\n\n${message}\n${remedy}\n`,
  },
  digest: {
    label: 'RÉSUMÉ',
    title: 'Le dernier jour',
    intro: (bad, all) =>
      all === 1
        ? 'Le seul rapport n’était pas OK.'
        : `${bad} ${bad === 1 ? `rapport sur ${all} n’était` : `rapports sur ${all} n’étaient`} pas OK.`,
    introOfCritical: (shown, all) =>
      `${shown} ${shown === 1 ? 'rapport' : 'rapports'} sur ${all} : CRITICAL ou lecture impossible.`,
    allServices: 'tous les services',
    couldNotLook: 'lecture impossible',
    errors: (count) => `${count} ${count < 2 ? 'incident' : 'incidents'} d’erreur`,
    colon: '\u00a0:',
    leftOut: (shown, all) => `Les ${shown} plus récents sont affichés ; ${all - shown} sont omis.`,
    clock: (timeZone) => `Fuseau horaire\u00a0: ${timeZone}`,
    more: 'Tous les rapports\u00a0:',
  },
};
