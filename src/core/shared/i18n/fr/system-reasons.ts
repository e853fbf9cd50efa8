import type { systemReasons as English } from '../en/system-reasons.ts';

export const systemReasons: typeof English = {
  ENOENT: 'il n’y a pas de tel fichier ni dossier',
  ENOLOGS: 'le dossier ne contient aucun fichier nommé comme un journal (*.log, *.txt, *.json, *.ndjson, *.gz …)',
  EACCES: 'vous n’avez pas le droit de le lire',
  EPERM: 'le système ne le permet pas',
  EISDIR: 'c’est un dossier',
  ENOTDIR: 'une partie du chemin n’est pas un dossier',
  ELOOP: 'ses liens tournent en rond',
  ENAMETOOLONG: 'le nom est trop long',
  EMFILE: 'trop de fichiers sont ouverts',
  EIO: 'le disque n’a pas pu être lu',
  ENOSPC: 'le disque est plein',
  EROFS: 'le disque est en lecture seule',
  ECONNREFUSED: 'rien n’écoute à cette adresse',
  ENOTFOUND: 'cet hôte n’existe pas',
  ECONNRESET: 'la connexion a été rompue',
  ETIMEDOUT: 'aucune réponse n’est venue à temps',
};
