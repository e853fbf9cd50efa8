import type { outward as English } from '../en/outward.ts';

export const outward: typeof English = {
  noEnd: (ms) => `rien de terminé après ${ms} ms`,
  noAnswerWithin: (ms) => `pas de réponse en ${ms} ms`,
  noJson: 'la réponse n’est pas du JSON',
  longAnswer: 'la réponse est trop longue',
  noList: 'la réponse n’est pas une liste',
  noField: (name) => `la réponse n’a pas de ${name}`,
  cutAnswer: 'la réponse a été coupée',
  largeAnswer: (bytes) => `une réponse de plus de ${bytes} octets`,
  someShards: 'une partie seulement des fragments (shards) a répondu',
  otherCount: (answers, events) => `${answers} réponses pour ${events} événements`,
  noCommand: (name) => `aucune commande ne s’appelle ${name}`,
  git: {
    notThere: 'git n’est pas installé, ou le dossier n’existe pas',
    muchOutput: (bytes) => `plus de ${bytes} octets de sortie`,
    exitStatus: (status) => `code de sortie ${status}`,
    closedInput: 'son entrée s’est fermée',
    endedEarly: 'il s’est terminé trop tôt',
    closed: 'il a été fermé',
    noPush: 'aucun envoi (push) n’est permis',
    onlyFixes: 'seules les branches de correctifs sont envoyées',
    notPushed: (why) => `la branche n’a pas pu être envoyée : ${why}`,
    otherTree: 'l’arbre de travail n’est plus le dossier qu’il était',
    manyBranches: (count) => `il y a déjà ${count} branches de ce nom`,
    noFullHash: 'un commit se nomme par son empreinte entière',
  },
};
