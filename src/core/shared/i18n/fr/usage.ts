import type { usage as English } from '../en/usage.ts';

const several = (count: number) => (Math.abs(count) < 2 ? '' : 's');

export const usage: typeof English = {
  job: 'Guardian : rapport d’utilisation',
  title: 'Utilisation',
  note: 'Remarque',
  counters: ({ users, requests, errors }) =>
    `${users} utilisateur${several(users)} actif${several(users)} · ${requests} requête${several(requests)} · ${errors} erreur${several(errors)}`,
  anonymous: (requests) =>
    `${requests} des requêtes ${requests < 2 ? 'ne venait' : 'ne venaient'} de personne de connu`,
  topFeatures: 'Les plus utilisées',
  topUsers: 'Utilisateurs avec le plus de requêtes',
  errorsByCode: 'Erreurs par code',
  userLine: ({ user, minutes, requests, errors }) =>
    `${user} : ${minutes} min · ${requests} requête${several(requests)} · ${errors} erreur${several(errors)}`,
  none: 'aucune',
  estimated: 'Les nombres sont des estimations : certains viennent d’intervalles échantillonnés.',
  missing: (records) =>
    `${records} enregistrement${several(records)} numéroté${several(records)} par les émetteurs ne ${records < 2 ? 'est jamais arrivé' : 'sont jamais arrivés'} : les nombres sont trop bas d’autant.`,
  nothing: (lastAt) =>
    lastAt === null
      ? 'Aucun enregistrement d’utilisation n’est jamais arrivé.'
      : `Aucun enregistrement d’utilisation n’est arrivé pendant ce temps ; le dernier date du ${lastAt}.`,
  unreadable: 'L’utilisation n’a pas pu être lue ; cela ne dit pas s’il y en a eu.',
  codes: (codes) => codes.map(({ name, count }) => `${name} : ${count}`).join(' · '),
  cli: {
    usage:
      'Dites quoi faire : guardian usage export UTILISATEUR [--format json|csv] [--out FICHIER], ou guardian usage erase UTILISATEUR --yes',
    sure: (user) =>
      `Tout ce qui est conservé de ${user} serait effacé pour de bon, et ses enregistrements tardifs refusés. Répétez avec --yes.`,
    erased: (user) => `Effacé : ${user}`,
    rows: (place, rows) => `  ${place} : ${rows}`,
    verified: 'Le nom ne se trouve plus dans ce qui est conservé.',
    unverified: 'Le nom SE TROUVE ENCORE dans ce qui est conservé :',
    outOfReach: 'Hors d’atteinte :',
    written: (path) => `Écrit : ${path}`,
  },
  doctor: {
    last: (service, at) => `${service} : dernier enregistrement ${at}`,
    none: 'aucun enregistrement d’utilisation n’est encore arrivé',
  },
};
