import type { overview as englishOverview, welcome as englishWelcome } from '../en/overview.ts';
import { plural } from './plural.ts';

export const overview: typeof englishOverview = {
  sentence: {
    OK: 'Tout va bien.',
    DEGRADED: 'Quelque chose ne va pas.',
    CRITICAL: 'Quelque chose va très mal.',
    unknown: 'Rien n’a encore été reçu : on ne peut rien dire.',
  },
  sentenceOwn: 'Vos services vont bien, mais Guardian lui-même a un problème.',
  sentenceAlerts: 'Vos services vont bien, mais une alerte est active.',
  sentenceJobs: 'Vos services vont bien, mais une tâche est à regarder.',
  sentenceProject: (project) => `Seul le projet ${project} est affiché.`,
  nothingHere: 'Aucun service de ce projet ne s’est encore manifesté.',
  services: 'Services',
  openIssues: (count) => plural(count, 'problème ouvert', 'problèmes ouverts'),
  errorsLastHour: (count) =>
    count === 0 ? 'aucune erreur depuis une heure' : `${plural(count, 'erreur', 'erreurs')} depuis une heure`,
  lastEvent: 'dernier événement',
  newIssues: 'Nouveaux problèmes',
  regressedIssues: 'Problèmes réapparus',
  latestReports: 'Derniers rapports',
  noReports: 'Aucun rapport n’a encore été fait.',
  ownProblems: 'Les ennuis de Guardian lui-même',
  whatToDo: 'Que faire :',
  quiet: 'Aucun problème nouveau, aucun réapparu, et Guardian lui-même va bien.',
  revision: 'révision',
  jobs: 'Tâches',
  allJobs: (count) => `Toutes les tâches (${count})`,
  jobsAllWell: 'Toutes les tâches vont bien.',
  jobsFail: (count) =>
    count === 1 ? 'Une tâche a échoué ou n’a pas tourné.' : `${count} tâches ont échoué ou n’ont pas tourné.`,
  jobsNeedLook: (count) => (count === 1 ? 'Une tâche est à regarder.' : `${count} tâches sont à regarder.`),
  jobsAlerts: 'Toutes les tâches vont bien, mais une alerte est active.',
  jobsOwn: 'Toutes les tâches vont bien, mais Guardian lui-même a un problème.',
  jobsNoneRan: 'Aucune tâche n’a encore tourné.',
  jobsNext: 'Prochaine :',
  together: {
    title: 'Tout ensemble',
    parts: (services: number, jobs: number) =>
      `${plural(services, 'service', 'services')}, ${plural(jobs, 'tâche', 'tâches')}`,
    gaps: (count: number) =>
      count === 1 ? '1 élément n’a pas pu être regardé' : `${count} éléments n’ont pas pu être regardés`,
    failed: 'Le rapport d’ensemble n’a pas pu être lu.',
    open: 'Le rapport entier',
  },
  onlyJobs: 'Aucun événement n’a été reçu : seules les tâches sont surveillées.',
};

export const welcome: typeof englishWelcome = {
  title: 'Envoyer le premier événement',
  waiting: 'Rien n’a encore été reçu. Cette page continue d’elle-même dès que le premier événement arrive.',
  received: 'Le premier événement est arrivé.',
  toOverview: 'Vers la vue d’ensemble',
  sampleTitle: 'Ou regarder d’abord un exemple',
  sampleText:
    'Un incident tout prêt d’une petite boutique passe par la même entrée que de vrais événements, dans un projet à part nommé « sample ».',
  sample: 'Charger l’incident d’exemple',
  sampleLoading: 'Chargement de l’exemple …',
  sampleWaiting: 'Les événements sont arrivés. En attente du problème qu’ils forment …',
  sampleSlow: 'Les événements sont arrivés, mais aucun problème n’en est encore sorti.',
  toIssues: 'Voir les problèmes',
  noProject: 'Il n’y a pas encore de projet.',
};
