import type { handOff as english } from '../en/hand-off.ts';

export const handOff: typeof english = {
  title: (shortId) => `Dossier de ${shortId}`,
  state: {
    open: 'ouvert',
    'handed off': 'confié',
    resolved: 'résolu',
    regressed: 'revenu',
    ignored: 'ignoré',
  },
  stateSince: (state, since) => `État : ${state}, depuis ${since}`,
  resolvedIn: {
    now: 'résolu à partir de ce moment',
    revision: 'résolu dans la révision nommée ci-dessous',
    next: 'résolu dans la prochaine révision',
  },
  ignoredUntil: {
    escalating: 'ignoré jusqu’à ce qu’il s’aggrave',
    'for-ever': 'ignoré pour toujours',
    time: 'ignoré pour un temps',
    count: 'ignoré pour un nombre d’incidents',
  },
  verdict: (shortId, state, isNew, incidents, lastSeen, suspect) =>
    `${shortId} est ${state}${isNew ? ' et nouveau' : ''} : ${count(incidents, 'incident')}, vu en dernier ${lastSeen} ; ${suspect}.`,
  suspectNamed: (hash, confidence) => `premier suspect ${hash} (${confidence})`,
  suspectNone: 'aucun commit récent n’est probable',
  suspectUnknown: 'aucun commit n’a pu être examiné',
  identity: (id, fingerprint) => `Problème ${id}, empreinte ${fingerprint}`,
  seen: (first, last) => `Vu d’abord ${first}, vu en dernier ${last}`,
  severity: (name) => `Gravité : ${name}`,
  signal: {
    OOM: 'La plateforme a arrêté une instance qui dépassait sa limite de mémoire',
    UNHEALTHY: 'La plateforme a trouvé une instance en mauvaise santé',
    CRASH: 'Une instance s’est arrêtée',
  },
  names: 'Comment il s’appelle, et où il se produit :',
  field: {
    title: 'titre',
    type: 'type',
    place: 'endroit',
    endpoint: 'point d’accès',
    service: 'service',
    environment: 'environnement',
    revision: 'vu dans la révision',
    firstRevision: 'première révision',
    lastRevision: 'dernière révision',
    source: 'source',
    without: 'dernière révision sans lui',
    resolvedIn: 'résolu dans la révision',
  },
  change: (at, who, action) => `- ${at} : ${action} (${who})`,
  who: { guardian: 'Guardian', person: 'une personne', agent: 'un agent' },
  note: (at) => `Note du ${at} :`,
  feedback: (at) => `Un utilisateur a écrit le ${at} :`,
  chain: 'Exceptions, celle levée d’abord, puis leurs causes :',
  message: 'Ce qui a été journalisé :',
  stack: 'Pile, l’erreur d’abord (* = application) :',
  stackText: 'Pile telle qu’elle a été journalisée :',
  request: 'Requête :',
  noEvents: 'Les événements de ce problème ne sont plus conservés.',
  place: (rank) => `n° ${rank}`,
  placeWithCode: (rank, truth, commit) => `n° ${rank} : ${truth}, ${commit}`,
  moved: 'la ligne a été trouvée ailleurs dans le fichier que ne le dit la trace',
  noPlace: 'Aucun cadre de l’application n’est connu.',
  noCode: 'Aucun code n’est affiché :',
  owners: 'Responsables selon CODEOWNERS :',
  suspect: (rank, hash, confidence, score, when) => `${rank}. ${hash}, confiance ${confidence} (${score}), ${when}`,
  noSuspect: 'Aucun commit n’est suspect :',
  notLooked: 'Aucun commit n’a pu être examiné :',
  breadcrumbs: 'Fil d’Ariane, le plus récent d’abord :',
  log: 'Journal autour de la panne, le plus récent d’abord :',
  incidents: (incidents, events) => `${count(incidents, 'incident')} dans ${count(events, 'événement')}`,
  users: (users) =>
    users === 0
      ? 'Aucun événement ne nomme d’utilisateur'
      : `${count(users, 'utilisateur')} touché${users < 2 ? '' : 's'}`,
  sinceDeployment: (incidents) => `${count(incidents, 'incident')} depuis la révision la plus récente de son service :`,
  startAtFirst:
    'Commencez par le premier endroit classé : lisez-le, avec ce qui l’appelle, tel qu’il est dans la révision en service.',
  noLocation: 'Aucun endroit n’est classé : cherchez dans le code ce que dit le message.',
  requestsNeeded: (fingerprint, requests, hours) =>
    `L’empreinte ${fingerprint} n’a aucun incident en ${requests} requêtes de sa route et ${count(hours, 'heure')} sur les révisions qui contiennent la correction.`,
  hoursNeeded: (fingerprint, hours) =>
    `L’empreinte ${fingerprint} n’a aucun incident pendant ${count(hours, 'heure')} sur les révisions qui contiennent la correction, le service étant vu en vie.`,
  testFirst: 'Un test qui échouait avant la correction réussit.',
  cut: (what) => `Coupé pour tenir : ${what}.`,
  shortened: (kind) => `${kind} raccourci`,
  leftOut: (kind) => `${kind} omis`,
};

function count(number: number, noun: string): string {
  return `${number} ${noun}${number < 2 ? '' : 's'}`;
}
