import type { asking as English } from '../en/asking.ts';

export const asking: typeof English = {
  badUrl: '--url (GUARDIAN_URL) n’est pas une adresse http:// ou https://',
  otherServer: 'ce qui répond là n’est pas ce Guardian',
  keyRemedy: 'Donnez une clé d’API valable dans GUARDIAN_API_KEY.',
  noMcp: (address) => `point d’accès MCP à ${address}`,
  manyLines: (path, most) => `${path} a plus de ${most} lignes`,
  badLine: 'ce n’est pas {"text": "…", "types": ["…"]}',
  whoAndWhy: 'qui lit, et pourquoi',
  reportUnderWay: 'le rapport est encore en cours : voyez son exécution',
  runGone: 'l’exécution n’existe plus',
};
