import type { stores as English } from '../en/stores.ts';

export const stores: typeof English = {
  locked: 'un autre processus l’a verrouillée',
  lockedRemedy:
    'Fermez l’autre programme qui a ouvert le fichier (un explorateur de bases, une copie), puis réessayez.',
  heldBy: (pid, host, since) => `le processus ${pid} sur ${host} la tient depuis ${since}`,
  fileRemedy:
    'Vérifiez que le dossier existe, que le disque est sain, et que le compte qui lance Guardian peut s’en servir.',
  dumpRemedy: 'Restaurez la base depuis le dernier pg_dump.',
  threadEnded: (why) => `son fil d’exécution s’est terminé : ${why}`,
  closed: 'elle a été fermée',
  spoolFull: (folder, bytes) => `${folder} contient ${bytes} octets`,
  notGuardians: 'ce n’est pas une base de Guardian',
  hasStep: (name) => `elle a l’étape ${name}`,
  migrationFailed: (step, why) => `la migration ${step} a échoué : ${why}`,
  beforeFirstStep: 'avant la première étape',
  noTrail: 'sa piste d’audit a disparu',
  crowdedTrail: 'd’autres nœuds écrivent trop d’entrées d’audit à la fois',
  secretHeld: 'un autre processus est en train de créer le secret des sessions',
};
