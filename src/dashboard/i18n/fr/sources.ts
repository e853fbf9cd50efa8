import type { sources as english } from '../en/sources.ts';

export const sources: typeof english = {
  title: 'Sources',
  connect: 'Envoyer des événements',
  connectIntro:
    'Copiez ce qui convient à votre service. Chaque extrait contient l’adresse et la clé du projet choisi ici.',
  client: 'Client',
  place: {
    shell: 'Dans un terminal',
    code: 'Au début du programme',
    environment: 'Dans l’environnement du service',
    configuration: 'Dans sa configuration',
  },
  activity: 'Ce qui est arrivé',
  activityEmpty: 'Aucune source ne s’est encore manifestée.',
  state: { receiving: 'reçoit', silent: 'silencieuse', never: 'jamais entendue', failing: 'en échec' },
  lastEvent: 'dernier événement',
  lastDay: (count) => `${count} événements en 24 h`,
  dropped: 'Refusé',
  keys: 'Clés d’entrée',
  keysIntro:
    'Une clé pour services laisse entrer les événements de son projet, et les programmes annoncent avec elle leurs exécutions, leurs alertes et leurs utilisateurs : elle reste sur vos machines. Une clé pour pages web peut être lue par tous : elle laisse entrer événements, journaux, spans, sessions et commentaires, et rien d’autre.',
  keyKind: 'Ce qui envoie avec elle',
  keyKinds: { service: 'services', page: 'pages web' },
  pageKeyMissing:
    'Qui lit une page web en a la clé : une page en reçoit donc une qui n’ouvre rien d’autre. Ce projet n’en a pas encore.',
  makePageKey: 'Créer une clé pour pages web',
  pageKeyLabel: 'Pages web',
  pageKeyByAdmin: 'Un administrateur peut en créer une ci-dessous.',
  key: 'Clé',
  label: 'Libellé',
  newKey: 'Créer une clé',
  newKeyLabel: 'À quoi sert la clé',
  rate: 'Événements par minute au plus (vide : la limite configurée)',
  ratePerMinute: (count) => `${count} par minute`,
  revoke: 'Révoquer',
  revoked: 'révoquée',
  revokeQuestion: (label) => `Révoquer « ${label} » ? Les clients qui l’utilisent seront refusés dès maintenant.`,
  noKey:
    'Ce projet n’a pas de clé pour services en vigueur : il n’y a encore rien à copier. Un administrateur peut en créer une.',
  viewerOnly:
    'Les membres et les administrateurs voient ici les clés et ce qu’il faut copier dans un service. Votre rôle permet de regarder, pas de modifier.',
  projectByAdmin: 'Un administrateur crée le premier.',
  newProject: 'Créer un projet',
  projectName: 'Nom du projet',
  sdkNote:
    'Journaux, erreurs et usage, sans autre dépendance. Le paquet n’est encore dans aucun registre : il est empaqueté depuis le dossier de Guardian, ici à côté du vôtre. Autres cadriciels : son README.',
  syslogNote: 'L’écoute syslog doit être activée dans la configuration ; le port est celui qui y est donné.',
  pubsubNote: 'PROJECT_ID et l’adresse, si elle n’est pas joignable de l’extérieur sous cette forme, sont à compléter.',
  collectorNote: 'Une partie de la configuration du collecteur : à joindre à vos récepteurs.',
};
