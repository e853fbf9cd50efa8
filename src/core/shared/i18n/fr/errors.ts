import type { errors as English } from '../en/errors.ts';

const faults = {
  unknown: (option: string) => `L’option ${option} n’existe pas.`,
  'value missing': (option: string) => `L’option ${option} attend une valeur.`,
  'value unwanted': (option: string) => `L’option ${option} ne prend pas de valeur.`,
};

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
    remedy:
      about.remedy ??
      'Réessayez plus tard ; si cela dure, vérifiez le réseau et l’état du service, ou augmentez le délai.',
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
    message: about.fault ? faults[about.fault](about.key ?? '?') : (about.reason ?? 'La ligne de commande est fausse.'),
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
  mail_login_refused: (about) => ({
    message: `Le serveur de courrier ${about.path ?? ''} a refusé l’accès à Guardian : ${about.reason ?? 'sans raison donnée'}.`,
    remedy: 'Vérifiez SMTP_USER et SMTP_PASSWORD, puis lancez « guardian doctor ».',
  }),
  mail_unreachable: (about) => ({
    message: `Le serveur de courrier ${about.path ?? ''} est injoignable : ${about.reason ?? 'aucune réponse'}.`,
    remedy: 'Vérifiez SMTP_HOST, SMTP_PORT et SMTP_USE_TLS, puis lancez « guardian doctor ».',
  }),
  delivery_refused: (about) => ({
    message: `${about.path ?? 'Le destinataire'} a refusé le message : ${about.reason ?? 'sans raison donnée'}.`,
    remedy: 'Vérifiez l’adresse et la clé de ce canal, puis envoyez un essai depuis la page des canaux.',
  }),
  delivery_unreachable: (about) => ({
    message: `${about.path ?? 'Le destinataire'} n’a pas pris le message : ${about.reason ?? 'pas de réponse'}.`,
    remedy: 'L’envoi est répété de lui-même ; si cela dure, vérifiez le réseau et la page d’état du service.',
  }),
  search_unreachable: (about) => ({
    message: `La grappe de recherche ${about.path ?? ''} ne répond pas : ${about.reason ?? 'aucune réponse'}. La base de données répond aux recherches, et les événements y attendent d’être indexés.`,
    remedy:
      'Vérifiez GUARDIAN_SEARCH_URL, le réseau et l’état de la grappe ; elle est redemandée d’elle-même, et rien ne se perd entre-temps.',
  }),
  search_refused: (about) => ({
    message: `La grappe de recherche a refusé ${about.path ?? 'ce qui lui était demandé'} : ${about.reason ?? 'aucune raison donnée'}.`,
    remedy:
      'Vérifiez l’utilisateur ou la clé d’API et ses droits sur les index de search.indexPrefix, puis lancez « guardian doctor ».',
  }),
  search_behind: (about) => ({
    message: `La grappe de recherche est en retard (changements en attente / depuis : ${about.reason ?? '?'}). La base de données répond aux recherches jusqu’à ce qu’elle ait rattrapé.`,
    remedy:
      'Elle rattrape d’elle-même ; sinon, regardez la charge de la grappe, ses disques et les écritures qu’elle refuse.',
  }),
  search_product_unknown: (about) => ({
    message: `Ce qui répond comme grappe de recherche n’est pas connu de Guardian : ${about.reason ?? 'produit inconnu'}.`,
    remedy:
      'Donnez l’adresse d’Elasticsearch 7 à 9 ou d’OpenSearch 1 à 3 comme search.url, ou retirez-la pour chercher dans la base de données.',
  }),
  hook_refused: (about) => ({
    message: `Le hook n’a pas été installé : ${about.reason ?? 'raison inconnue'}.`,
    remedy: about.remedy ?? 'Appelez « guardian hook run » depuis votre propre hook.',
  }),
  store_locked: (about) => ({
    message: `La base dans ${about.path ?? 'le dossier de données'} est occupée : ${about.reason ?? 'un autre processus la tient'}.`,
    remedy: about.remedy ?? 'Arrêtez l’autre Guardian, ou donnez à celui-ci un autre dossier de données.',
  }),
  store_unavailable: (about) => ({
    message: `La base ${about.path ?? ''} est injoignable : ${about.reason ?? 'aucune réponse'}.`,
    remedy:
      about.remedy ?? 'Vérifiez que la base tourne et que DATABASE_URL est juste ; ce qui a été accepté est gardé.',
  }),
  store_full: (about) => ({
    message: `La base ${about.path ?? ''} est pleine : ${about.reason ?? 'il ne reste plus de place'}.`,
    remedy:
      about.remedy ??
      'Faites de la place sur le disque, ou gardez les événements moins de jours ; rien d’accepté n’est perdu.',
  }),
  store_read_only: (about) => ({
    message: `La base ${about.path ?? ''} ne peut pas être écrite : ${about.reason ?? 'elle est en lecture seule'}.`,
    remedy: about.remedy ?? 'Donnez au compte qui lance Guardian le droit d’écrire le dossier et le fichier.',
  }),
  store_newer: (about) => ({
    message: `La base ${about.path ?? ''} vient d’un Guardian plus récent : ${about.reason ?? 'ses tables sont inconnues ici'}.`,
    remedy: about.remedy ?? 'Lancez la version plus récente, ou restaurez une sauvegarde faite par celle-ci.',
  }),
  store_damaged: (about) => ({
    message: `La base ${about.path ?? ''} est abîmée : ${about.reason ?? 'son fichier n’est pas une base entière'}.`,
    remedy:
      about.remedy ??
      'Restaurez la dernière sauvegarde avec « guardian restore FICHIER » ; le fichier abîmé est gardé à côté.',
  }),
  unauthorized: (about) => ({
    message: about.reason
      ? `Accès refusé : ${about.reason}.`
      : 'Personne n’est connecté : la requête ne portait ni session ni clé valable.',
    remedy: about.remedy ?? 'Connectez-vous, ou envoyez une clé valable dans l’en-tête « Authorization: Bearer CLÉ ».',
  }),
  forbidden: (about) => ({
    message: `Ceci n’est pas permis : ${about.reason ?? 'le compte ou la clé n’en a pas le droit'}.`,
    remedy: about.remedy ?? 'Demandez à un administrateur, ou utilisez une clé d’une portée plus large.',
  }),
  not_found: (about) => ({
    message:
      about.path === undefined && about.reason !== undefined
        ? `Introuvable : ${about.reason}.`
        : `Introuvable : ${about.path ?? 'cet objet'}${about.reason ? ` (${about.reason})` : ''}.`,
    remedy: about.remedy ?? 'Vérifiez l’adresse ou l’identifiant ; il a peut-être été supprimé.',
  }),
  conflict: (about) => ({
    message: `Ceci contredit ce qui existe : ${about.reason ?? 'cela a changé entre-temps'}.`,
    remedy: about.remedy ?? 'Rechargez, puis décidez de nouveau.',
  }),
  name_taken: (about) => ({
    message: `Le nom ${about.path ?? ''} est déjà pris.`,
    remedy: about.remedy ?? 'Choisissez un autre nom.',
  }),
  too_large: (about) => ({
    message: `C’est trop grand : ${about.reason ?? 'la limite est dépassée'}.`,
    remedy: about.remedy ?? 'Envoyez moins à la fois, ou relevez la limite dans la configuration.',
  }),
  unsupported_media: (about) => ({
    message: `Cette forme de contenu n’est pas comprise : ${about.reason ?? 'type de contenu inconnu'}.`,
    remedy: about.remedy ?? 'Envoyez un des types de contenu que nomme la documentation.',
  }),
  analysis_unavailable: (about) => ({
    message: `Aucun fournisseur de modèles n’a répondu : ${about.reason ?? 'aucun n’est disponible'}.`,
    remedy:
      about.remedy ??
      'Réessayez après le délai que donne Retry-After ; `guardian doctor` essaie chaque fournisseur. analysis.builtin laisse l’analyseur intégré répondre à leur place.',
  }),
  rate_limited: (about) => ({
    message: `Trop de requêtes : ${about.reason ?? 'la limite de cette clé est atteinte'}.`,
    remedy: about.remedy ?? 'Attendez aussi longtemps que le dit l’en-tête Retry-After, puis réessayez.',
  }),
  payload_invalid: (about) => ({
    message: `L’envoi n’est pas valable${about.key ? ` à ${about.key}` : ''} : ${about.reason ?? 'il a une autre forme'}.`,
    remedy: about.remedy ?? 'Corrigez-le comme le décrit le document de l’API (/api/openapi.json).',
  }),
  target_unreachable: (about) => ({
    message: `La cible de déploiement ${about.path ?? ''} ne répond pas : ${about.reason ?? 'aucune réponse'}.`,
    remedy: about.remedy ?? 'Elle est interrogée à nouveau d’elle-même ; si cela dure, lancez « guardian doctor ».',
  }),
  target_refused: (about) => ({
    message: `La cible de déploiement ${about.path ?? ''} a refusé : ${about.reason ?? 'sans raison donnée'}.`,
    remedy: about.remedy ?? 'Cet appel n’a rien changé. Corrigez ce qu’elle nomme, puis déployez à nouveau.',
  }),
  no_model: () => ({
    message: 'Un débat a besoin d’un modèle, et aucun n’est configuré.',
    remedy:
      'Ajoutez au moins une entrée à analysis.providers dans la configuration, avec sa clé, puis redémarrez Guardian.',
  }),
  internal: (about) => ({
    message: `Guardian lui-même a échoué : ${about.reason ?? 'raison inconnue'}.`,
    remedy:
      'Signalez ce que dit le journal du serveur, ou ce que la commande affiche quand on la relance avec --verbose.',
  }),
};
