import type { alerts as english } from '../en/alerts.ts';
import { ownSentence } from '../own-sentence.ts';

export const alerts: typeof english = {
  unknown: 'inconnu',
  number,
  valueOf: (value, unit) => {
    if (value === null) return 'inconnu';
    const ms = unit === 'ms' ? value : unit === 's' ? value * 1_000 : 0;
    if (ms >= MINUTE_MS) return spanOf(ms);
    if (unit === 'ms' && ms >= 1_000) return `${number(ms / 1_000)} s`;
    return unit === null ? number(value) : `${number(value)} ${unit}`;
  },
  bound: (is, value) =>
    ({
      below: `moins de ${value}`,
      above: `plus de ${value}`,
      from: `${value} ou plus`,
      'up-to': `${value} ou moins`,
    })[is],
  anyOf: (bounds) => bounds.join(' ou '),
  /** A rule's own sentence. */
  filled: (template, facts) => ownSentence(template, facts, 'inconnu'),
  measured: ({ measurement, subject, value, threshold }) =>
    `${measurement} de ${subject} : ${value} (limite : ${threshold})`,
  changed: ({ measurement, subject, change, within, threshold }) =>
    `${measurement} de ${subject} a changé de ${change} en ${within} (limite : ${threshold})`,
  silent: ({ measurement, subject, since, after }) =>
    `Aucune mesure de ${measurement} de ${subject} depuis ${since} (limite : ${after})`,
  unmeasured: ({ measurement, subject }) => `${measurement} de ${subject} n’a pas pu être mesuré`,
  otherUnit: ({ measurement, subject, unit, expected }) =>
    `${measurement} de ${subject} est arrivé en ${unit}, la règle est en ${expected}`,
  noReference: ({ measurement, subject, within }) =>
    `${measurement} de ${subject} : aucune valeur antérieure en ${within} à laquelle comparer`,
  written: ({ subject, clause }) => `${subject} : « ${clause} »`,
  putRight: ({ subject, clause }) => `${subject} : réglé, « ${clause} »`,
  issueCount: ({ of, title, value, within }) =>
    `${value} ${{ incidents: 'incidents', events: 'événements', users: 'utilisateurs touchés' }[of]} en ${within} : ${title}`,
  issueRegressed: (title) => `Revenu après avoir été résolu : ${title}`,
  issueOpened: (title) => `Nouveau : ${title}`,
  errorRate: ({ service, value, errors, requests, within, threshold }) =>
    `${value} des requêtes à ${service} ont échoué en ${within} : ${errors} sur ${requests} (limite : ${threshold})`,
  errorsOfUser: ({ user, errors, within, service, endpoint }) =>
    `${user} a eu ${errors} erreurs en ${within}, la dernière à ${endpoint} de ${service}`,
  errorsOfService: ({ service, value, of, within, isLate }) =>
    `${isLate ? 'Tardif : ' : ''}${value} ${of === 'errors' ? 'enregistrements d’erreur' : 'enregistrements critiques'} de ${service} en ${within}`,
  unsealed: ({ service, value, within, reasons }) =>
    `${service} n’a pas pu sceller ${value} enregistrements en ${within} : ils sont arrivés sans ces valeurs${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
  unsealedAdvice:
    'Rien n’est parti en clair ; ces valeurs sont perdues. no-key : rendez au client l’accès à sa clé ou au service de clés, et le droit d’écrire son fichier de clés. too-large : scellez moins dans un enregistrement. unsealable : lisez sa sortie d’erreur.',
  jobFailures: ({ job, value, error }) => `${job} a échoué ${value} fois de suite${error ? ` : ${error}` : ''}`,
  jobDuration: ({ job, value, isRunning }) => (isRunning ? `${job} tourne depuis ${value}` : `${job} a pris ${value}`),
  jobLateness: ({ job, value, hasStarted }) =>
    hasStarted ? `${job} a commencé avec ${value} de retard` : `${job} a ${value} de retard et n’a pas commencé`,
  jobUnknown: (job) => `Il n’y a pas de tâche ${job}`,
  jobNeverRan: ({ job, since }) => `${job} n’a jamais tourné ; il est connu depuis ${since}`,
  jobMissedTicks: ({ job, count, isMore, since }) =>
    count === 1
      ? `${job} : une échéance n’a pas d’exécution depuis ${since}`
      : `${job} : ${isMore ? 'plus de ' : ''}${count} échéances n’ont pas d’exécution, la première depuis ${since}`,
  jobNotBegun: ({ job, since }) => `${job} n’a jamais commencé ; sa première échéance était il y a ${since}`,
  jobWatchAdvice:
    'Voyez si le planificateur tourne (/health, guardian doctor) et ce que la tâche attend ; lancez-la à la main si elle ne peut attendre.',
  jobRecordErrors: ({ job, total, of, first }) =>
    `${job} : ${total} enregistrements en échec sur ${of}${first ? `, le premier ${first}` : ''}`,
  partFails: ({ part, subject, reason }) =>
    `${partNames[part] ?? part} ${subject} ne fonctionne pas${reason ? ` : ${reason}` : ''}`,
  partUnknown: ({ part, subject }) => `${partNames[part] ?? part} ${subject} : l’état n’a pas pu être vu`,
  cannotLook: ({ rule, subjects, more, reason }) =>
    `La règle ${rule} n’a pas pu regarder${subjects.length > 0 ? ` ${subjects.join(', ')}${more > 0 ? ` et ${more} autres` : ''}` : ''}${reason ? ` : ${reason}` : ''}`,
  cannotLookAdvice:
    'Tant qu’elle ne peut pas regarder, la règle ne signale rien et ne résout rien : regardez vous-même.',
  span: (ms) => spanOf(ms),
  rules: {
    texts: (rule) => `la règle ${rule} regarde les textes quand ils arrivent`,
    noTexts: (rule) => `la règle ${rule} ne regarde aucun texte`,
    noValues: (rule) => `la règle ${rule} ne regarde aucune valeur`,
    neverFired: 'ce qui ne s’est jamais déclenché ne peut être résolu',
  },
  nextSend: {
    nothing: 'Rien d’autre ne sera envoyé',
    repeat: (until) => `Sera rappelé à ${until}, sauf si quelqu’un en accuse réception`,
    escalate: (until, step) => `Sera transmis à ${until} (étape ${step}), sauf si quelqu’un en accuse réception`,
    lapse: (until, by) => `Pris en charge par ${by} ; rappelé à partir de ${until} si cela dure encore`,
  },
};

const MINUTE_MS = 60_000;

/** Counts whole; of what was measured, six digits say enough. */
function number(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6))).replace('.', ',');
}

const partNames: Record<string, string> = {
  channel: 'Le canal',
  'delivery-worker': 'L’envoi des messages',
  'run-log': 'Le journal des exécutions',
  scheduler: 'Le planificateur',
  ingest: 'La réception',
  source: 'La source',
};

/** The two largest units. */
function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const parts = [
    [Math.floor(seconds / 86_400), 'j'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, name]) => `${amount} ${name}`)
    .join(' ');
}
