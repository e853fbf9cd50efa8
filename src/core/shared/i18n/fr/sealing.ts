import type { sealing as English } from '../en/sealing.ts';

export const sealing: typeof English = {
  usage:
    'Dites quoi ouvrir : guardian decrypt ÉVÉNEMENT…, avec des numéros d’événements, des entrées d’audit (PISTE:SÉQUENCE), des fichiers ou -',
  askWho: 'Qui lit ? ',
  askWhy: 'Pourquoi ? ',
  noKey: (file) =>
    `n’est pas définie, ni ${file} : un enregistrement scellé s’ouvre avec la clé qui a chiffré la sienne`,
  needsBoth:
    'Rien n’est ouvert avant que la piste d’audit ne dise qui lit et pourquoi : il manque --who NOM --why RAISON',
  bothRemedy:
    'Répétez avec les deux, comme : guardian decrypt 7353520082128896 --who "Grace Hopper" --why "litige 4711"',
  noKeyRemedy:
    'Donnez à GUARDIAN_SEALING_KEY la clé du programme qui a scellé, ou à GUARDIAN_SEALING_KEY_FILE un fichier qui la contient.',
  nothingSealed: (inputs) => `enregistrement scellé dans ${inputs}`,
  nothingSealedRemedy:
    'Donnez le numéro d’un événement tel que sa page le montre, une entrée d’audit PISTE:SÉQUENCE, ou un fichier ; ce qui n’a jamais été scellé n’a pas besoin de clé.',
  notOpened: (name, problem, reason) => `NON ouvert : ${name} : ${problem}${reason === '' ? '' : ` (${reason})`}`,
  sealingKeys: {
    usage:
      'Dites quoi faire : guardian sealing-keys list, ou guardian sealing-keys remove CLÉ [--project SLUG] --why RAISON --yes',
    needsWhy: 'Dites pourquoi elle s’en va : --why RAISON. La piste d’audit la conserve.',
    sure: (key) =>
      `La clé de scellement ${key} serait supprimée pour de bon : ce qu’elle a scellé ne pourra plus jamais être lu. Répétez avec --yes.`,
    several: (key, projects) =>
      `${key} est une clé de plusieurs projets : ajoutez --project et l’un de ${projects.join(', ')}`,
    noProject: (slug) => `projet ${slug}`,
    removed: (key, project) => `Supprimée : la clé de scellement ${key} de ${project}`,
    none: 'Il n’y a pas de clé de scellement.',
    more: (count) => `Les ${count} plus récentes sont montrées.`,
  },
  keyNamed: (key) => `clé de scellement ${key}`,
  keyNeeded: (days) =>
    `des enregistrements scellés avec cette clé sont peut-être encore conservés ; elle reste ${days} jours de plus que le dernier`,
  problems: {
    'key-missing': 'sa clé n’est pas ici',
    'key-invalid': 'la clé n’est pas utilisable',
    'key-file-unwritable': 'les clés ne peuvent être conservées',
    'wrapping-failed': 'sa clé n’a pu être déchiffrée',
    'not-authentic': 'scellé avec une autre clé, modifié depuis, ou d’un autre enregistrement',
    'format-unknown': 'sa forme est inconnue de cette version',
  },
};
