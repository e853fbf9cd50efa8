import type { reportFacts as English } from '../en/report-facts.ts';

export const reportFacts: typeof English = {
  unknownService: 'service inconnu',
  status: {
    errorsAbove: (count, limit) => `${errors(count)}, plus de ${limit}`,
    warningsAbove: (count, limit) => `${warnings(count)}, plus de ${limit}`,
    signalsAbove: (count, limit) => `${signals(count)}, plus de ${limit}`,
    errorsWithin: (count, limit) => `${errors(count)}, pas plus de ${limit}`,
    warningsWithin: (count, limit) => `${warnings(count)}, pas plus de ${limit}`,
    signalsWithin: (count, limit) => `${signals(count)}, pas plus de ${limit}`,
    noEntries: 'aucune entrée',
  },
  window: {
    saved:
      'Un fichier enregistré a été lu jusqu’au bout ; impossible de savoir ce qui a été écarté lors de son enregistrement.',
    cut: {
      entryLimit: (name) =>
        `La lecture de ${name} s’est arrêtée à la limite d’entrées ; les entrées plus anciennes n’ont pas été lues.`,
      timeLimit: (name) =>
        `La lecture de ${name} s’est arrêtée à la limite de temps ; les entrées non encore reçues manquent.`,
      truncatedInput: (name) => `${name} se termine au milieu d’une entrée ; la suite manque.`,
      unreadable: (name) => `${name} n’a pas pu être lu ; ses entrées manquent.`,
      unreadWarnings: (name) =>
        `Les pannes de ${name} ont toutes été lues ; de ses avertissements et requêtes lentes, seulement les plus récents, jusqu’à la limite d’entrées.`,
      unreadRoutes: (name) =>
        `${name} a servi plus de routes qu’il n’en est lu : les requêtes vers celles que seules d’anciennes entrées montrent peuvent compter comme du bruit.`,
      unjudged: (name, until) =>
        `Les entrées de ${name} jusqu’à ${until} ont été stockées par une version plus ancienne : seules celles de niveau WARNING et au-dessus ont été lues.`,
      behind: (name, until, reason) =>
        `${name} ${until === '' ? 'n’a jamais été lu' : `a été lu jusqu’à ${until}`}${reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`} ; ce qui s’y trouve depuis manque.`,
    },
  },
  leftOut: (name, count, limit) => `${name} : ${count} de plus que les ${limit} listés ; tous sont comptés`,
  boundNames: {
    candidates: 'erreurs et avertissements tenus à la fois',
    candidateBytes: 'octets d’erreurs et d’avertissements tenus à la fois',
    context: 'lignes de journal gardées autour des pannes, les plus proches d’abord',
    keys: 'noms distingués',
    issues: 'problèmes distingués',
    rememberedIds: 'identifiants d’entrée retenus',
    servedRoutes: 'routes retenues comme servies',
  },
  boundReached: (name, limit) =>
    `${name} : borne de ${limit} atteinte ; les comptes sont exacts, les détails au-delà manquent`,
  relativeTime: {
    justNow: 'à l’instant',
    minutes: (count) => (count === 1 ? 'il y a 1 minute' : `il y a ${count} minutes`),
    hours: (count) => (count === 1 ? 'il y a 1 heure' : `il y a ${count} heures`),
    days: (count) => (count === 1 ? 'il y a 1 jour' : `il y a ${count} jours`),
    months: (count) => `il y a ${count} mois`,
    years: (count) => (count === 1 ? 'il y a 1 an' : `il y a ${count} ans`),
  },
  doneWhen: (hours, requests, hoursAlone) =>
    `Un test qui échouait avant la correction réussit, et cette empreinte reste silencieuse pendant ${hours} h et ${requests} requêtes${hoursAlone === null ? '' : ` (${hoursAlone} h où personne ne compte les requêtes)`} sur une révision qui contient la correction.`,
};

function errors(count: number): string {
  return count < 2 ? `${count} erreur` : `${count} erreurs`;
}

function warnings(count: number): string {
  return count < 2 ? `${count} avertissement` : `${count} avertissements`;
}

function signals(count: number): string {
  return count < 2 ? `${count} signal critique` : `${count} signaux critiques`;
}
