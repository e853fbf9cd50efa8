import type { recommendations as English } from '../en/recommendations.ts';

export const recommendations: typeof English = {
  what: (about) =>
    [
      about.errorType ?? 'une défaillance',
      ...(about.place ? [`à ${about.place}`] : []),
      ...(about.functionName ? [`dans ${about.functionName}`] : []),
    ].join(' '),
  aboutNoIssue: 'Aucun problème particulier n’est visé ici.',
  incidents: (count) => (count < 2 ? `${count} incident` : `${count} incidents`),
  investigate: {
    action: 'Examiner sans attendre le problème le plus grave',
    details: (what, incidents, firstSeen, lastSeen) =>
      `${incidents} : ${what}, le premier à ${firstSeen}, le dernier à ${lastSeen}.`,
    signal: {
      OOM: 'La plateforme a arrêté une instance qui dépassait sa limite de mémoire.',
      UNHEALTHY: 'La plateforme a jugé une instance défaillante.',
      CRASH: 'Une instance s’est arrêtée.',
    },
    affectedRequests: (count) =>
      count < 2 ? `${count} requête en échec en est l’effet.` : `${count} requêtes en échec en sont l’effet.`,
    moreIssues: (count) =>
      count < 2
        ? `${count} autre problème a des erreurs dans cette fenêtre.`
        : `${count} autres problèmes ont des erreurs dans cette fenêtre.`,
    noIssue: 'Aucun problème n’a été conservé en détail ; voir les comptes et les extraits du journal.',
    startAt: (place) =>
      `Commencer à ${place} : lire la ligne en échec et ses appelants tels qu’ils sont dans la révision en service.`,
    readCommit: (hash) =>
      `Lire d’abord le commit ${hash} : il est classé premier parmi les suspects, pour les raisons indiquées.`,
    noCommitLikely:
      'Aucun commit récent ne se détache : regarder aussi les données, la configuration, les dépendances et la charge.',
    couldNotLook: 'Aucun commit ne peut être nommé : comparer à la main la révision en service et la précédente.',
    reproduce:
      'Reproduire la panne dans un test qui échoue, avec la requête et l’état montrés par les éléments relevés.',
    memory:
      'Suivre la mémoire dans le temps : une montée régulière est une fuite, un saut est une seule grosse requête.',
    health: 'Vérifier que le service écoute à temps, et ce qu’attend son contrôle de santé.',
    exit: 'Lire les dernières entrées avant l’arrêt, et y chercher un signal ou un code de sortie.',
  },
  memory: {
    raise: (mib, size) => `Porter la limite de mémoire à ${mib} MiB (${size})`,
    assume: (mib, size) => `Augmenter la limite de mémoire, par hypothèse à ${mib} MiB (${size})`,
    findLeak: 'Chercher une fuite de mémoire',
    numbers: (limitMib, usedMib) => `La limite était de ${limitMib} MiB, ${usedMib} MiB étaient utilisés.`,
    noNumbers: (mib) =>
      `La plateforme n’a donné aucun chiffre : ${mib} MiB est une hypothèse. Vérifier la limite en vigueur avant de la changer, et rester au-dessus.`,
    atLastSize: (mib) =>
      `La plus grande taille, ${mib} MiB, ne suffit plus : davantage de mémoire n’est pas la réponse.`,
    leakSteps: [
      'Prendre un profil du tas avant et après cent requêtes, et comparer ce qui a grossi.',
      'Chercher les caches, files, écouteurs et listes globales sans borne.',
      'Vérifier si une requête charge un fichier ou une table en entier ; les lire par morceaux.',
      'Réduire le nombre de requêtes qu’une instance sert à la fois.',
    ],
    watch: 'Suivre la mémoire après le changement : si elle monte aussi jusqu’à la nouvelle limite, c’est une fuite.',
  },
  rollback: {
    action: (revision) => `Revenir à ${revision}`,
    actionUnknown: 'Envisager un retour en arrière ; aucune révision antérieure n’est connue',
    manyErrors: (count, limit) => `${count} incidents d’erreur, plus de ${limit}.`,
    newIssue: (count) =>
      count < 2
        ? `${count} problème est nouveau sur la révision en service.`
        : `${count} problèmes sont nouveaux sur la révision en service.`,
    servedBefore: (revision) => `${revision} servait avant la première occurrence et ne présente pas ces problèmes.`,
    noneKnown:
      'Aucune révision antérieure prête, sans ces problèmes et en service avant la première occurrence, n’est connue. Indiquer les révisions, ou en choisir une soi-même.',
    afterwards: 'Garder la révision en échec pour l’analyse ; seul le trafic change.',
  },
  commonError: {
    action: (errorType) => `Corriger l’erreur la plus fréquente : ${errorType}`,
    actionUnnamed: 'Corriger le type d’erreur le plus fréquent',
    details: (count, total) => `${count} des ${total} incidents d’erreur.`,
    guard:
      'Écrire d’abord le test qui échoue ; puis corriger la cause à l’endroit indiqué, non le symptôme en périphérie.',
  },
  worstEndpoint: {
    action: (endpoint) => `Examiner le point d’accès le plus touché : ${endpoint}`,
    actionUnnamed: 'Examiner le point d’accès le plus touché',
    details: (count, total) => `${count} des ${total} incidents d’erreur.`,
    compare: 'Comparer une requête en échec avec une qui réussit : entrée, utilisateur, état.',
    contain: 'S’il nuit aux autres, le désactiver ou le limiter jusqu’à la mise en service de la correction.',
  },
  degradedErrors: {
    action: 'Corriger les erreurs qui ont dégradé le service',
    details: (count, limit) => `${count} incidents d’erreur, plus de ${limit}.`,
  },
  degradedWarnings: {
    action: 'Examiner les avertissements qui ont dégradé le service',
    details: (count, limit) => `${count} incidents d’avertissement, plus de ${limit}.`,
    sort: 'Décider pour chaque sorte : un défaut à corriger, une limite à relever, ou un cas attendu à journaliser à un niveau plus bas.',
  },
  slowEndpoints: {
    action: 'Accélérer les points d’accès lents',
    details: (count, slowestMs) =>
      count < 2
        ? `${count} requête lente, ${slowestMs} ms.`
        : `${count} requêtes lentes, la plus lente ${slowestMs} ms.`,
    steps: [
      'Suivre une requête lente : temps passé dans la base, dans d’autres services, dans le code, et à attendre.',
      'Chercher une requête SQL par ligne, un index absent, et des appels sans limite de temps.',
      'Vérifier si des instances démarraient : un démarrage à froid se voit à la première requête d’une instance.',
    ],
  },
  noAction: {
    action: 'Aucune action immédiate',
    quiet: 'Rien dans cette fenêtre n’appelle d’action.',
    noEntries:
      'La fenêtre ne contenait aucune entrée : si le service a été utilisé, vérifier le filtre et qu’il journalise encore.',
    listed: (errors, warnings) =>
      `Dans les limites : ${errors < 2 ? `${errors} erreur` : `${errors} erreurs`}, ${warnings < 2 ? `${warnings} avertissement` : `${warnings} avertissements`} ; la liste attend qu’on ait le temps.`,
  },
};
