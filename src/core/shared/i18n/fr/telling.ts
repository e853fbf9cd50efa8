import type { telling as English } from '../en/telling.ts';

export const telling: typeof English = {
  details: {
    held_back: 'Retenus par elle',
    attempts: 'Tentatives',
    failures_in_row: 'Échecs de suite',
    late: 'Ce qui est en retard',
    status: 'État',
    branch: 'Branche',
    revision: 'Révision',
    by: 'Par',
    notes: 'Notes',
    issue: 'Problème',
    more_issues: 'Autres problèmes',
    entries: 'Entrées',
    checkpoint: 'À conserver',
  },
  late: {
    start: 'elle n’a pas commencé',
    finish: 'elle n’est pas terminée',
    report: 'on n’en a rien entendu',
    missed_tick: 'une exécution due n’a laissé aucune trace',
    never_ran: 'elle n’a jamais été exécutée',
  },
  statuses: {
    queued: 'en attente',
    running: 'en cours',
    success: 'réussie',
    warning: 'avertissement',
    error: 'erreur',
    skipped: 'sautée',
    upstream_failed: 'non exécutée : ce qu’elle attend a échoué',
    cancelled: 'annulée',
    timed_out: 'délai dépassé',
  },
  keepCheckpoint:
    'Conservez ce message, avec sa ligne ou son fichier : guardian audit verify --checkpoint FICHIER montre alors si la piste a été modifiée depuis.',
  channelFails: (channel) => `les messages par ${channel} n’arrivent pas`,
};
