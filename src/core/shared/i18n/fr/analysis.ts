import type { Messages } from '../index.ts';

export const analysis: Messages['analysis'] = {
  raisedAt: (what, place) => `${what} est levée à ${place}.`,
  raisedAtAfter: (what, place, commit) =>
    `${what} est levée à ${place} ; le commit ${commit} en est très probablement l’origine.`,
  raisedSomewhere: (what) => `${what} est levée ; aucune trame de l’application n’est connue.`,
  suspect: ({ hash, author, subject, confidence, reasons }) =>
    `Le commit ${hash} de ${author} (« ${subject} ») est suspecté avec une confiance ${
      { high: 'forte', medium: 'moyenne', low: 'faible' }[confidence]
    }${reasons ? ` : ${reasons}` : ''}.`,
  afterDeployment: ({ build, revision, at, seen }) =>
    `Vue pour la première fois à ${seen}, dans la révision ${revision}, venue avec le build ${build} ; ce déploiement a commencé à ${at}.`,
  sinceRevision: (revision, seen) => `Vue pour la première fois à ${seen}, dans la révision ${revision}.`,
  lookAtFrame: (place) => `Lire le code à ${place}.`,
  lookAtSuspect: (hash) => `Lire ce que le commit ${hash} y a changé.`,
  lookAtIncident: 'Lire l’incident le plus récent : ce qui était demandé, et ce que le journal disait avant.',
  misconfigured: ({ provider, model, errorType, status }) =>
    `${provider} (${model}) refuse chaque appel : ${
      {
        auth: 'sa clé est fausse, ou ne donne pas droit à ce modèle',
        not_found: 'il ne connaît pas ce modèle',
        bad_request: 'il n’accepte pas la requête',
      }[errorType]
    }${status === null ? '' : ` (HTTP ${status})`}`,
  misconfiguredAdvice:
    'D’autres fournisseurs, ou l’analyseur intégré, répondent en attendant. Corriger apiKey, model ou baseUrl de cette entrée d’analysis.providers, puis redémarrer ; `guardian doctor` l’essaie.',
  recovered: (provider) => `${provider} répond`,
  doctor: {
    none: 'aucun fournisseur : l’analyseur intégré répond',
    nobody: 'aucun fournisseur, et l’analyseur intégré est désactivé : personne ne répond',
    ok: (model, ms, cost) => `${model} a répondu à un appel d’essai en ${ms} ms${cost}`,
    remedies: {
      apiKey: 'Donnez à l’entrée la clé d’un compte qui a droit au modèle, ou mettez-la dans l’environnement.',
      model:
        'Nommez le modèle comme son fournisseur, et un modèle auquel le compte a droit ; pour un serveur à vous, vérifiez baseUrl.',
    },
    cost: (usd) => `, pour ${usd} USD`,
    failed: {
      timeout: 'il n’a pas répondu à temps',
      network: 'il est injoignable',
      rate_limited: 'il limite le débit, ou le quota est épuisé',
      auth: 'il refuse la clé',
      not_found: 'il ne connaît pas ce modèle',
      bad_request: 'il n’accepte pas la requête',
      server_error: 'il a échoué',
      refused: 'il refuse de répondre',
      invalid_output: 'sa réponse n’avait pas la forme demandée',
      too_long: 'l’essai était trop long pour lui',
    },
  },
};
