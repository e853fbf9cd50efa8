import type { reports as englishReports } from '../en/reports.ts';
import { plural } from './plural.ts';

export const reports: typeof englishReports = {
  title: 'Rapports',
  make: 'Faire un rapport maintenant',
  making: 'Rapport en cours …',
  freshness: 'Sur la dernière période',
  freshnesses: { '1h': '1 heure', '6h': '6 heures', '24h': '24 heures', '7d': '7 jours' },
  status: 'Statut',
  emptyTitle: 'Pas encore de rapport',
  emptyText: 'Un rapport dit l’état d’un service sur une période. Faites-en un maintenant, ou attendez l’heure prévue.',
  emptyTextViewer:
    'Un rapport dit l’état d’un service sur une période. Ils se font à l’heure prévue ; les membres peuvent en faire un aussitôt.',
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
  couldNotLook: 'Lecture impossible. Cela ne dit rien du service :',
  downloads: 'Enregistrer en',
  download: { html: 'HTML', json: 'JSON', markdown: 'Markdown', text: 'Texte' },
  frame: 'Le rapport',
  back: 'Tous les rapports',
  bigger: 'Ouvrir à part',
};
