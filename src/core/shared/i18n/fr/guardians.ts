import type { Messages } from '../index.ts';

export const guardians: Messages['guardians'] = {
  undocumented: (path, document) => `touche ${path}, et ${document} n’a pas été touché depuis`,
  noDocument: 'n’est pas dans le dépôt',
  failingCalls: (count) =>
    count === 1 ? 'Un de vos propres appels reçoit 404 ou 405' : `${count} de vos propres appels reçoivent 404 ou 405`,
  requests: (count) => (count === 1 ? '1 requête' : `${count} requêtes`),
  cutOff: (bound) => `Seules les ${bound} dernières réponses de ce genre ont été regardées`,
};
