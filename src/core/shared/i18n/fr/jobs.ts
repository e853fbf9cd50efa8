import type { Messages } from '../index.ts';

type Because = Readonly<Record<string, number | undefined>>;

export const jobs: Messages['jobs'] = {
  every: (span) => `toutes les ${span}`,
  after: (names) => `après ${names}`,
  byHand: 'à la main ou par l’API',
  own: {
    retention: 'Guardian : oublie ce qui a fait son temps',
    resemblances: 'Guardian : compare les problèmes',
    reports: 'Guardian : rapports',
    digest: 'Guardian : résumé du jour',
    drill: 'Guardian : exercice mensuel',
    coordination: 'Guardian : apprend des exécutions',
    documents: 'Guardian : documents du code changé',
    failingCalls: 'Guardian : propres appels en échec',
  },
  suggestions: {
    'retries.count': ({ failing, rescued, attempts }: Because) =>
      `${failing} % des exécutions échouent jusqu’au bout, et le dernier essai sauve ${rescued} % des ${attempts} exécutions qui y arrivent.`,
    timeoutMs: ({ timedOut, ended }: Because) =>
      `${timedOut} % des exécutions sont arrêtées parce qu’elles durent trop longtemps (${ended}), et les durées sous la limite disent que plus de temps laisserait beaucoup d’entre elles bien finir.`,
    'concurrency.limit': ({ waiting }: Because) =>
      `${waiting} % du temps, de prête à finie, se passe à attendre les autres exécutions de la même clé.`,
  },
  coordination: {
    suggestion: (id) => `suggestion ${id}`,
    already: {
      shown: 'elle n’est pas appliquée',
      applied: 'elle est déjà appliquée',
      kept: 'elle est déjà appliquée et gardée',
      reverted: 'elle est déjà reprise',
      dismissed: 'elle est déjà écartée',
    },
    changed: (parameter, job, from) => `${parameter} de ${job} n’est plus ${from}`,
    unlisted: (parameter, job) => `${parameter} de ${job} n’est pas dans jobEngine.coordination.apply`,
    outside: (to, lowest, highest) => `${to} n’est pas entre ${lowest} et ${highest}`,
    measuring: (parameter, job) => `l’effet de ${parameter} de ${job} est en cours de mesure : un à la fois`,
    decided: 'quelqu’un d’autre vient d’en décider',
  },
  clientJobsFull: 'il n’est plus fait de tâches pour les clients',
  knobs: {
    timeout: 'Durée limite',
    overlap: 'Si une exécution est déjà en cours',
    retries: 'Nouvelles tentatives',
    concurrency: 'Partage un verrou',
    catchUp: 'Échéances manquées',
    onlyIf: 'Seulement si a réussi aujourd’hui',
    rule: 'Règle',
  },
  clock: {
    once: 'Son heure vient deux fois ; elle ne s’exécute que la première.',
    nothing: 'Le changement d’heure n’y change rien.',
    moved: (count) =>
      count === 1
        ? 'Une exécution vient après l’heure supprimée.'
        : `${count} exécutions viennent après l’heure supprimée.`,
    leftOut: (count) => (count === 1 ? 'Une échéance n’a pas lieu.' : `${count} échéances n’ont pas lieu.`),
    twice: (count) => (count === 1 ? 'Une échéance vient deux fois.' : `${count} échéances viennent deux fois.`),
  },
  likely: {
    failure: (name, percent, reasons) =>
      `La prochaine exécution de ${name} échouera sans doute (${percent} %) : ${reasons.join(' ; ')}.`,
    lateness: (name, percent, reasons) =>
      `La prochaine exécution de ${name} finira sans doute en retard (${percent} %) : ${reasons.join(' ; ')}.`,
  },
  signals: {
    lastRun: 'la fin de la dernière exécution',
    streak: 'plusieurs échecs de suite',
    recentShare: 'beaucoup d’échecs ces derniers temps',
    usualShare: 'échoue souvent',
    retries: 'a eu besoin de plusieurs tentatives',
    durationNearLimit: 'proche de sa durée limite',
    durationDrift: 'de plus en plus longue',
    statsNearLimit: 'ses chiffres approchent d’une limite',
    statsDrift: 'ses chiffres ont changé',
    upstream: 'ce dont elle dépend a échoué',
    hour: 'l’heure du jour',
    weekday: 'le jour de la semaine',
  },
  health: {
    planner: 'aucune échéance n’est planifiée : le planificateur est arrêté',
    runner: 'aucune exécution ne démarre : l’exécuteur est arrêté',
    watchdog: 'personne ne cherche les exécutions manquantes : le surveillant est arrêté',
  },
};
