import type { usageErasure as English } from '../en/usage-erasure.ts';

export const usageErasure: typeof English = {
  backups: 'Les sauvegardes et autres copies de la base faites auparavant.',
  messages: 'Les messages déjà envoyés, et les rapports enregistrés ailleurs.',
  senders:
    'Les applications surveillées elles-mêmes, et les enregistrements qu’elles n’ont pas encore envoyés : ils seront refusés.',
  short: (name: string) =>
    `Les textes au milieu desquels « ${name} » peut figurer : un nom si court n’est cherché que là où il est l’utilisateur de quelque chose.`,
  salts:
    'Les lignes sous des pseudonymes dont le sel est détruit : personne ne peut dire si elles sont de cet utilisateur.',
  writeAheadLog:
    'Le journal d’écriture anticipée de PostgreSQL et ses archives, et les pages que son VACUUM n’a pas encore nettoyées.',
  searchCluster: 'Les événements de la grappe de recherche qui nomment l’utilisateur, jusqu’à ce qu’elle les oublie.',
  left: (place: string) => `Le nom a encore été trouvé dans ${place}.`,
};
