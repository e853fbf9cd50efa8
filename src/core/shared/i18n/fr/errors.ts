import type { errors as English } from '../en/errors.ts';

export const errors: typeof English = {
  source_unreadable: (about) => ({
    message: `Lecture impossible de ${about.path ?? 'l’entrée'} : ${about.reason ?? 'raison inconnue'}.`,
    remedy: 'Vérifiez que le fichier existe et que vous pouvez le lire, ou donnez une autre entrée.',
  }),
  source_access_denied: (about) => ({
    message: `Cloud Logging a refusé l’accès au projet ${about.path ?? '?'} : ${about.reason ?? 'permission refusée'}.`,
    remedy: 'Lancez « gcloud auth application-default login », ou donnez au compte le rôle roles/logging.viewer.',
  }),
  source_unavailable: (about) => ({
    message: `${about.path ?? 'La source'} n’a pas répondu : ${about.reason ?? 'aucune réponse'}.`,
    remedy: 'Réessayez plus tard ; si cela dure, vérifiez le réseau et l’état du service, ou augmentez le délai.',
  }),
  source_invalid: (about) => ({
    message: `${about.path ?? 'L’entrée'} ne contient rien qui se lise comme un journal : ${about.reason ?? 'format inconnu'}.`,
    remedy: 'Nommez le format avec --source-format, ou vérifiez que c’est bien le fichier voulu.',
  }),
  configuration_invalid: (about) => ({
    message: `La configuration est fausse à ${about.key ?? '?'} : ${about.reason ?? 'valeur invalide'}.`,
    remedy: about.remedy ?? 'Corrigez la valeur, ou retirez la clé pour garder sa valeur par défaut.',
  }),
  usage_invalid: (about) => ({
    message: about.reason ?? 'La ligne de commande est fausse.',
    remedy: about.remedy ?? 'Lancez « guardian --help » pour voir les commandes et leurs options.',
  }),
  repository_unavailable: (about) => ({
    message: `Aucun dépôt git utilisable dans ${about.path ?? '?'} : ${about.reason ?? 'ce n’est pas un dépôt'}.`,
    remedy:
      'Donnez le dossier d’un clone git avec --repo ; sans lui le rapport fonctionne, mais ne montre pas de code.',
  }),
  git_failed: (about) => ({
    message: `git a échoué : ${about.reason ?? 'raison inconnue'}.`,
    remedy: 'Vérifiez que git est installé et que le dépôt est complet (git fsck).',
  }),
  output_unwritable: (about) => ({
    message: `Écriture impossible de ${about.path ?? 'la sortie'} : ${about.reason ?? 'raison inconnue'}.`,
    remedy: 'Choisissez un autre dossier avec --out, ou faites de la place.',
  }),
  mail_refused: (about) => ({
    message: `Le serveur de courrier ${about.path ?? ''} a refusé le message : ${about.reason ?? 'sans raison donnée'}.`,
    remedy: 'Vérifiez SMTP_USER, SMTP_PASSWORD et les adresses, puis lancez « guardian doctor ».',
  }),
  mail_unreachable: (about) => ({
    message: `Le serveur de courrier ${about.path ?? ''} est injoignable : ${about.reason ?? 'aucune réponse'}.`,
    remedy: 'Vérifiez SMTP_HOST, SMTP_PORT et SMTP_USE_TLS, puis lancez « guardian doctor ».',
  }),
  hook_refused: (about) => ({
    message: `Le hook n’a pas été installé : ${about.reason ?? 'raison inconnue'}.`,
    remedy: about.remedy ?? 'Appelez « guardian hook run » depuis votre propre hook.',
  }),
  internal: (about) => ({
    message: `Guardian lui-même a échoué : ${about.reason ?? 'raison inconnue'}.`,
    remedy: 'Relancez avec --verbose et signalez ce qui s’affiche.',
  }),
};
