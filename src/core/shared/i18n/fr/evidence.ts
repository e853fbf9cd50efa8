import type { evidence as English } from '../en/evidence.ts';

const KINDS = {
  'lock file': 'le fichier de verrouillage',
  configuration: 'la configuration',
  migration: 'la migration',
} as const;

export const evidence: typeof English = {
  truth: {
    named: (about) => `Vous avez désigné ${about.name} comme révision en service.`,
    map: (about) => `La configuration, ou son déploiement, indique de quel commit ${about.name} est issue.`,
    label: (about) => `Les entrées du journal de ${about.name} portent leur commit.`,
    name: (about) => `Le nom ${about.name} contient son commit ou son étiquette.`,
    noRevision:
      'Le journal ne nomme aucune révision : le code est montré tel qu’en HEAD ; celui qui tourne peut différer.',
    unknownRevision: (about) =>
      `Rien n’indique de quel commit ${about.name} est issue : le code est montré tel qu’en HEAD ; désignez-le avec --revision.`,
    notInRepository: (about) =>
      `Le dépôt ne connaît pas ${about.name} : le code est montré tel qu’en HEAD ; récupérez-la, ou désignez-en une autre avec --revision.`,
    emptyRepository: 'Le dépôt n’a encore aucun commit.',
    noRepository: 'Aucun dépôt n’a été donné : ni code, ni commits, ni responsables ne peuvent être montrés.',
    guessedWrong:
      'Le dépôt du dossier courant ne contient aucun des fichiers en échec ; nommez celui du code surveillé avec --repo.',
    unreadable: (about) => `Le dépôt n’a pas pu être lu : ${about.reason}.`,
    sourceDiffers: (about) =>
      `Le source diffère de ce qui tourne : la ligne en échec n’est ni à ${about.path}:${about.line} ni à proximité ; son code n’est pas montré.`,
    notTracked: (about) => `${about.path} n’est pas dans le dépôt à cette révision.`,
  },
  suspect: {
    inRange: 'Il se situe entre la dernière révision sans cette erreur et la première avec elle.',
    line: (about) =>
      about.rank === 1
        ? `Il a modifié en dernier la ligne en échec, ${about.path}:${about.line}.`
        : `Il a modifié en dernier ${about.path}:${about.line}, par où l’appel en échec est passé.`,
    function: (about) => `Il a modifié la fonction ${about.name} dans ${about.path}.`,
    file: (about) => `Il a touché ${about.path}, qui figure dans la pile d’appels.`,
    special: (about) => `Il a modifié ${KINDS[about.kind]} ${about.path}.`,
    names: (about) =>
      `Des lignes qu’il a modifiées contiennent ${about.names.map(({ name, path }) => `« ${name} » (${path})`).join(', ')}, comme le message.`,
    tookAway: (about) =>
      `Il a retiré ${about.names.map(({ name, path }) => `« ${name} » (${path})`).join(', ')}, que le message nomme.`,
    called: (about) =>
      `Il a modifié ${about.names.map(({ name, path }) => `${name} dans ${path}`).join(', ')}, que la fonction en échec appelle.`,
    recent: (about) =>
      about.days === 0
        ? 'Il date de moins d’un jour avant la première occurrence.'
        : `Il date de ${about.days} ${about.days === 1 ? 'jour' : 'jours'} avant la première occurrence.`,
    manyFiles: (about) => `Il touche ${about.files} fichiers : il compte pour moitié.`,
  },
  verdict: {
    tooOld:
      'Tous les commits qui ont touché ce code ont plus de 90 jours de plus que la première occurrence : la panne ne vient pas d’une modification.',
    weak: 'Aucun commit ne se distingue : aucun de ceux qui ont touché ce code ne correspond au moment et au lieu de l’erreur.',
    noPlace: 'Aucune ligne de cette erreur ne se trouve dans le dépôt.',
    historyMissing:
      'Le clone est superficiel et son historique s’arrête avant la réponse ; lancez « git fetch --unshallow ».',
    gitFailed: (about) => `git n’a pas pu répondre : ${about.reason}.`,
  },
};
