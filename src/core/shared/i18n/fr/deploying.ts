import type { deploying as english } from '../en/deploying.ts';

export const deploying: typeof english = {
  colon: ' : ',
  log: {
    create: (revision) => `Révision créée${revision === '' ? '' : ` : ${revision}`}`,
    check: (name, outcome) => `Vérification « ${name} » : ${outcome}`,
    traffic: (percent, revision) => `${percent} % du trafic vers ${revision}`,
    judge: (percent, verdict) => `Comparé à ${percent} % : ${verdict}`,
    hold: (reason) => `En attente : ${reason}`,
    promote: (revision) => `Tout le trafic vers ${revision}, rien n’est figé`,
    rollback: (revision) => `Tout le trafic revient à ${revision}`,
    retire: (revision) => `${revision} est vidée puis arrêtée`,
    access: () => 'L’accès sans connexion n’est plus comme avant',
    intended: (text) => `commencé : ${text}`,
    failed: (text) => `échec : ${text}`,
  },
  numbers: {
    errors: (failed, all) => `${failed} échecs sur ${all}`,
    slower: (percent, ms) => `plus lent de ${percent} %${ms === null ? '' : ` (${ms} ms)`}`,
    restarts: (count) => (count <= 1 ? `${count} redémarrage` : `${count} redémarrages`),
    issues: (count) => (count <= 1 ? `${count} nouveau problème` : `${count} nouveaux problèmes`),
    memory: (count) => `mémoire épuisée : ${count}`,
  },
  alerts: {
    held: (service, buildId, reason, isIrreversible) =>
      `Le déploiement de ${service}, build ${buildId}, attend une décision. ${reason}${isIrreversible ? ' Il est marqué irréversible : rien ne revient en arrière de soi-même.' : ''}`,
    pinned: (service, revision) =>
      `${service} est revenu en arrière : tout le trafic est figé sur ${revision}. Le prochain déploiement lève ce blocage.`,
    pinnedAdvice: () => 'Corriger ce qui a fait revenir en arrière, puis déployer de nouveau.',
    access: (service, expected, found) =>
      `Qui entre dans ${service} sans connexion n’est plus comme le dernier déploiement l’a laissé : ${expected} avant, ${found} maintenant.`,
  },
  cli: {
    usage:
      'guardian deploy [RÉVISION] [--target NOM] [--steps 5,20,50,100] [--set NOM=VALEUR] [--unset NOM] [--irreversible] [--dry-run] [--yes], ou --hold ID, --continue ID, --end',
    rollbackUsage: 'guardian rollback [RÉVISION] [--target NOM] [--dry-run] [--yes]',
    badSteps: (text) => `--steps ${text} : des pourcentages entiers croissants, par exemple 5,20,50,100`,
    badSet: (text) => `--set ${text} : NOM=VALEUR, ou NOM pour la valeur qu’il a dans cet environnement`,
    noTarget: 'aucune cible de déploiement n’est configurée',
    noTargetRemedy: 'En nommer une sous deploy.targets dans guardian.config.ts ; docs/deploy.md montre comment.',
    plan: 'Plan',
    target: 'Cible',
    revision: 'Révision',
    build: 'Numéro de build',
    now: 'Maintenant',
    first: 'rien encore : elle reçoit tout le trafic d’un coup',
    steps: 'Trafic',
    checks: 'Vérifications',
    difference: 'Réglages',
    same: 'rien ne change que la révision',
    hidden: 'valeur non montrée',
    kinds: { added: 'ajouté', changed: 'changé', removed: 'retiré' },
    dryRun: 'Essai à blanc : rien n’a été changé.',
    ask: 'Déployer ceci ? [y/N] ',
    askBack: 'Revenir à ceci ? [y/N] ',
    refused: 'Rien n’a été changé.',
    needsYes: 'personne n’est devant un terminal pour répondre : --yes est nécessaire',
    oneDecision: '--hold, --continue et --end : un seul à la fois',
    askHold: (id) => `Suspendre le déploiement ${id} là où il en est ? [o/N] `,
    heldNow: (id, percent) =>
      `Le déploiement ${id} est suspendu à ${percent} % du trafic. Pour continuer : guardian deploy --continue ${id}`,
    askContinue: (id) => `Laisser continuer le déploiement ${id} ? [o/N] `,
    askEnd: (target) =>
      `Mettre fin à ${target ?? 'ce service'} : chaque révision s’arrête, plus personne n’a de réponse ? [o/N] `,
    ended: (service, target, revisions) =>
      `Terminé : ${service} de la cible ${target} (${revisions}), et ce qui se tenait devant. « guardian deploy » le relance.`,
    nothingToEnd: (target) => `Rien de la cible ${target} n’était à terminer.`,
    begun: (id) => `Le déploiement ${id} a commencé.`,
    watched: (until) =>
      `Promue : elle a tout le trafic. Elle est surveillée jusqu’à ${until}, et revient d’elle-même en arrière si elle s’avère pire.`,
    stays:
      'Cette commande la surveille : la laisser tourner, ou démarrer le serveur (« guardian start »), qui continue.',
    promoted: 'Promue : elle a tout le trafic et a passé sa surveillance.',
    wentBack: (revision) => `Tout le trafic est sur ${revision}.`,
    failed: 'Pas déployée : personne n’a été envoyé vers la nouvelle révision.',
    held: 'En attente d’une décision, avec le trafic tel qu’il est.',
    rolledBack: 'Revenu en arrière.',
    goBack: (command) => `Pour revenir en arrière : ${command}`,
    left: (id) =>
      `${id} est laissé en cours. Le serveur le poursuit ; sans serveur, le prochain « guardian deploy » ou « guardian start ».`,
  },
  doctor: {
    title: 'Déploiement',
    none: 'aucune cible n’est configurée',
    build: (target) => `Image et build, ${target}`,
    deployment: (target) => `Déploiement, ${target}`,
    metrics: (what) => `Métriques, ${what}`,
    ownMetrics: 'de Guardian',
    buildOk: (revision) => `dernier build : ${revision}`,
    buildNothing: 'rien n’a encore été construit ; programme et source sont là',
    noProgram: (program) => `le programme ${program} n’est pas dans PATH`,
    noProgramRemedy: 'L’installer, ou le nommer par son chemin complet dans la configuration.',
    noSource: (path) => `${path} n’existe pas, ou n’est pas lisible`,
    noSourceRemedy: 'Corriger repository ou folder de la cible dans guardian.config.ts.',
    noDockerfile: (path) => `il n’y a pas de Dockerfile à ${path}`,
    noDockerfileRemedy: 'En écrire un, ou nommer une image construite ailleurs.',
    badDockerfile: (path) => `${path} n’a pas de FROM : il ne construit aucune image`,
    badDockerfileRemedy: 'Commencer chaque étape par FROM.',
    noLockFile: (path, names) =>
      `${path} n’a pas de fichier de verrouillage (${names}) : un build peut prendre d’autres versions à chaque fois`,
    noLockFileRemedy: 'En créer un (npm install --package-lock-only) et le committer.',
    littleDisk: (path, megabytes) => `il ne reste que ${megabytes} Mo libres à ${path}`,
    littleDiskRemedy: 'Faire de la place : vieilles images (docker image prune), vieilles révisions, journaux.',
    buildFailed: (revision, lines) => `le dernier build, ${revision}, a échoué :\n${lines}`,
    buildFailedRemedy: 'Lire les dernières lignes ci-dessus, corriger le build, puis lancer « guardian deploy ».',
    runs: (traffic, pin) => (pin === null ? traffic : `${traffic}, figé sur ${pin} jusqu’au prochain déploiement`),
    nothingRuns: 'joignable ; rien n’est encore déployé',
    noAnswerRemedy:
      'Vérifier que ce qui fait tourner le service est joignable : son API, le réseau, les droits de Guardian.',
    apiOffRemedy: 'Activer l’API : gcloud services enable run.googleapis.com.',
    quotaRemedy: 'Demander plus de quota dans la console, ou déployer plus tard.',
    rolesRemedy:
      'Donner au compte de Guardian roles/run.developer sur le service, et roles/iam.serviceAccountUser sur son compte de service.',
    missingPermissions: (names) => `ces droits manquent : ${names}`,
    accountRemedy: 'Vérifier que le compte de service existe et que Guardian peut agir en son nom.',
    registryRemedy: 'Pousser l’image, et vérifier que Guardian peut lire le registre (roles/artifactregistry.reader).',
    lastFailed: (buildId, reason) => `le dernier déploiement, build ${buildId}, n’a pas abouti : ${reason}`,
    held: (id, reason) => `${id} attend une décision : ${reason}`,
    heldRemedy: 'Revenir en arrière (guardian rollback), ou le laisser continuer depuis sa page.',
    secrets: (target) => `Secrets, ${target}`,
    secretsCurrent: (count) =>
      count === 1
        ? 'la révision en service lit son secret dans sa version la plus récente'
        : `la révision en service lit ses ${count} secrets dans leur version la plus récente`,
    secretOlder: (name, secret, version, newest) =>
      `${name} de la révision en service est la version ${version} de ${secret}, dont la plus récente est ${newest}`,
    secretChanged: (name, secret, newest) =>
      `${name} lit la dernière version de ${secret}, dont la version ${newest} date d’après la révision en service : les instances d’avant ont la précédente`,
    secretDisabled: (name, secret, newest) =>
      `${name} lit ${secret}, dont la version la plus récente, ${newest}, est désactivée ou détruite`,
    secretUnread: (name, secret, problem) => `${name} : ${secret} n’a pas pu être regardé (${problem})`,
    secretsRemedy:
      'Déployez à nouveau, pour qu’une nouvelle révision le lise ; pour regarder, il faut à Guardian roles/secretmanager.viewer.',
    metricsOk: (names, address) => `${names} noms à ${address}`,
    noService: 'le service n’a pas encore d’adresse : le déployer d’abord',
    metricsUnreachable: (address, problem) => `${address} ne répond pas : ${problem}`,
    metricsUnreachableRemedy: 'Vérifier que le service tourne et que le chemin de ses métriques est juste.',
    metricsToken: (address, status) => `${address} répond ${status} : le jeton manque ou est faux`,
    metricsTokenRemedy: 'Donner le même jeton des deux côtés (GUARDIAN_METRICS_TOKEN, apiKeyFrom de la cible).',
    metricsStatus: (address, status) => `${address} répond ${status}`,
    metricsMissing: (address, names) => `il manque à ${address} : ${names}`,
    metricsMissingRemedy: 'Mettre à jour ce qui les sert : chaque nom y est dès le début.',
    scraped: (count) => `lues ${count} fois depuis le démarrage`,
    neverScraped: 'personne ne les a lues depuis le démarrage : vérifier que Prometheus a cette cible (ops/prometheus)',
    noServer: (address) => `aucun serveur ne répond à ${address} : « guardian start » les sert`,
  },
};
