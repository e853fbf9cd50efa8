import type { sealing as English } from '../en/sealing.ts';

export const sealing: typeof English = {
  usage: 'Dites quoi ouvrir : guardian decrypt ÉVÉNEMENT…, avec des numéros d’événements, des fichiers ou -',
  askWho: 'Qui lit ? ',
  askWhy: 'Pourquoi ? ',
  noKey: (file) =>
    `n’est pas définie, ni ${file} : un enregistrement scellé s’ouvre avec la clé qui a chiffré la sienne`,
  needsBoth: 'Dites qui lit et pourquoi : --who NOM --why RAISON',
  notOpened: (name, problem, reason) => `NON ouvert : ${name} : ${problem}${reason === '' ? '' : ` (${reason})`}`,
  problems: {
    'key-missing': 'sa clé n’est pas ici',
    'key-invalid': 'la clé n’est pas utilisable',
    'key-file-unwritable': 'les clés ne peuvent être conservées',
    'wrapping-failed': 'sa clé n’a pu être déchiffrée',
    'not-authentic': 'scellé avec une autre clé, modifié depuis, ou d’un autre enregistrement',
    'format-unknown': 'sa forme est inconnue de cette version',
  },
};
