import type { deliveries as englishDeliveries, reports as englishReports } from '../en/reports.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count < 2 ? one : many}`;

export const reports: typeof englishReports = {
  title: 'Rapports',
  make: 'Faire un rapport maintenant',
  making: 'Rapport en cours …',
  freshness: 'Sur la dernière période',
  freshnesses: { '1h': '1 heure', '6h': '6 heures', '24h': '24 heures', '7d': '7 jours' },
  status: 'Statut',
  emptyTitle: 'Pas encore de rapport',
  emptyText: 'Un rapport dit l’état d’un service sur une période. Faites-en un maintenant, ou attendez l’heure prévue.',
  emptyFiltered: 'Aucun rapport ne correspond à ces filtres.',
  made: 'fait',
  stale: 'périmé : un plus récent devrait être là',
  errors: (count) => plural(count, 'erreur', 'erreurs'),
  warnings: (count) => plural(count, 'avertissement', 'avertissements'),
  occasion: {
    schedule: 'à l’heure prévue',
    critical: 'aussitôt, pour un problème critique',
    demand: 'à la demande',
    trigger: 'par déclencheur',
  },
  allServices: 'tous les services',
  covers: (from, to) => `couvre de ${from} à ${to}`,
  noWindow: 'rien n’a été lu',
  couldNotLook: 'Lecture impossible. Cela ne dit rien du service :',
  downloads: 'Enregistrer en',
  download: { html: 'HTML', json: 'JSON', markdown: 'Markdown', text: 'Texte' },
  frame: 'Le rapport',
  back: 'Tous les rapports',
  bigger: 'Ouvrir à part',
};

export const deliveries: typeof englishDeliveries = {
  title: 'Envois',
  intro: 'Chaque message que Guardian veut envoyer hors de cette machine, et ce qu’il en est advenu.',
  emptyTitle: 'Rien à envoyer pour l’instant',
  emptyText: 'Les e-mails apparaissent ici quand un rapport ou un problème le demande.',
  state: {
    pending: 'en attente',
    sending: 'en cours d’envoi',
    sent: 'envoyé : l’autre côté l’a accepté',
    stored: 'NON envoyé : aucun serveur de messagerie n’est configuré',
    failed: 'échoué',
  },
  stateShort: { pending: 'en attente', sending: 'envoi', sent: 'envoyé', stored: 'NON ENVOYÉ', failed: 'ÉCHOUÉ' },
  storedNote: (count) =>
    `${count} de ces messages ont seulement été conservés et NON envoyés : aucun serveur de messagerie n’est configuré (SMTP_HOST).`,
  to: 'à',
  attempts: (count) => plural(count, 'essai', 'essais'),
  attemptsName: 'essais',
  nextAttempt: 'prochain essai',
  lastError: 'Dernière erreur',
  receipt: 'Accusé',
  text: 'Texte',
  html: 'HTML',
  noHtml: 'Ce message n’a pas de partie HTML.',
  back: 'Tous les envois',
  created: 'créé',
  sentAt: 'envoyé',
};
