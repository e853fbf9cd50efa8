import type { sources as English } from '../en/sources.ts';

export const sources: typeof English = {
  missing: 'manque',
  noProject: (slug) => `il n’y a pas de projet « ${slug} »`,
  failedTimes: (reason, times) => `${reason}, ${times} fois`,
  noWholeAnswer: (ms) => `pas de réponse complète en ${ms} ms`,
  entryLimit: (entries) => `la limite de ${entries} entrées est atteinte`,
  samePage: 'la même page a été proposée de nouveau',
  noJson: 'la réponse n’est pas un objet JSON',
  brokenConnection: 'la connexion a été coupée',
  noReason: 'sans raison donnée',
  query: (project) => `La requête à Cloud Logging dans le projet ${project}`,
  noCredentials: 'aucun identifiant n’a été trouvé',
  noToken: 'les identifiants n’ont donné aucun jeton',
};
