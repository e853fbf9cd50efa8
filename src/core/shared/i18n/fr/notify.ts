import type { Messages } from '../index.ts';

export const notify: Messages['notify'] = {
  severities: { info: 'INFO', warning: 'AVERTISSEMENT', error: 'ERREUR', critical: 'CRITIQUE' },
  headlines: {
    job_failed: (name) => `${name} a échoué`,
    job_recovered: (name) => `${name} fonctionne à nouveau`,
    job_late: (name) => `${name} est en retard`,
    chain_finished: (name) => `${name} : la chaîne est terminée`,
    alert_fired: (name) => name,
    alert_resolved: (name) => `Terminé : ${name}`,
    alert_escalated: (name) => `Personne n’a répondu : ${name}`,
    issue_opened: (name) => `Nouveau : ${name}`,
    issue_regressed: (name) => `De retour : ${name}`,
    report_ready: (name) => `Rapport : ${name}`,
    usage_digest: (name) => `Utilisation : ${name}`,
    deployment_finished: (name) => `Déployé : ${name}`,
    deployment_rolled_back: (name) => `Annulé : ${name}`,
    guardian_degraded: (name) => `Guardian lui-même : ${name}`,
  },
  labels: {
    where: 'Où',
    value: 'Valeur',
    since: 'Depuis',
    cause: 'Cause',
    advice: 'À faire',
    link: 'Voir',
    acknowledge: 'Prendre en charge',
    time: 'Heure',
  },
  colon: ' :',
  valueOf: (value, threshold) => (threshold === null ? value : `${value} (limite : ${threshold})`),
  unknownValue: 'inconnue',
  repeat: (times) => `Rappel n° ${times} : personne ne l’a encore pris en charge.`,
  unrouted: 'Aucune règle ne dit qui doit l’apprendre ; les administrateurs le reçoivent.',
  group: (count) => `${count} messages`,
  groupIntro: (count) => `${count} choses sont arrivées en quelques minutes.`,
  summary: (count) => `${count} messages à la fois`,
  summaryIntro: (count) =>
    `Il s’est passé trop de choses pour les envoyer une à une : ${count} messages, comptés par sorte.`,
  digest: (count) => (count === 1 ? 'Une chose dure encore' : `${count} choses durent encore`),
  digestNothing: 'Tout est terminé',
  digestIntro: (held, ended) =>
    `Pendant vos heures calmes, ${held} ${held === 1 ? 'message a été retenu' : 'messages ont été retenus'}${ended === 0 ? '' : ` ; ${ended} ${ended === 1 ? 'a pris fin' : 'ont pris fin'} entre-temps`}.`,
  open: 'Ouvrir',
  acknowledge: 'Prendre en charge',
  test: {
    title: 'Message d’essai',
    text: 'Ceci est un essai. Si vous le lisez, les messages de Guardian vous parviennent par ce canal.',
    drill:
      'Ceci est l’exercice mensuel. Si vous le lisez, les messages de Guardian vous parviennent par ce canal ; il n’y a rien à faire.',
  },
  more: (count) => `et ${count} de plus`,
};
