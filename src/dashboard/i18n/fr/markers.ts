import type { markers as english } from '../en/markers.ts';
import { plural } from './plural.ts';

export const markers: typeof english = {
  title: 'Déploiements et corrections de cette période',
  summary: (count) => `${plural(count, 'trait', 'traits')} sur le graphique : déploiements et corrections`,
  failed:
    'Les déploiements et corrections de cette période n’ont pas pu être chargés : le graphique n’en montre aucun trait.',
  kind: {
    deployment: 'déployé',
    promotion: 'promu',
    rollback: 'retour en arrière',
    'fix verified': 'correction vérifiée',
    'fix recurred': 'revu après sa correction',
    'first seen': 'révision vue d’abord',
  },
  lastDay: 'Erreurs des dernières 24 heures',
  errors: 'Erreurs',
};
