/** What is said of issues and models. Words of code, commits and revisions are quoted as they are. */
export const analysis = {
  raisedAt: (what: string, place: string) => `${what} is raised at ${place}.`,
  raisedAtAfter: (what: string, place: string, commit: string) =>
    `${what} is raised at ${place}; commit ${commit} most likely brought it.`,
  raisedSomewhere: (what: string) => `${what} is raised; no frame of the application is known.`,
  suspect: ({ hash, author, subject, confidence, reasons }: Suspect) =>
    `Commit ${hash} by ${author} (“${subject}”) is suspected with ${confidence} confidence${reasons ? `: ${reasons}` : ''}.`,
  afterDeployment: ({ build, revision, at, seen }: AfterDeployment) =>
    `It was first seen at ${seen}, in revision ${revision}, which build ${build} brought; that deployment began at ${at}.`,
  sinceRevision: (revision: string, seen: string) => `It was first seen at ${seen}, in revision ${revision}.`,
  lookAtFrame: (place: string) => `Read the code at ${place}.`,
  lookAtSuspect: (hash: string) => `Read what commit ${hash} changed there.`,
  lookAtIncident: 'Read the newest incident: what was asked for, and what stood in the log before it.',
  misconfigured: ({ provider, model, errorType, status }: Misconfigured) =>
    `${provider} (${model}) refuses every call: ${
      {
        auth: 'its key is wrong, or may not use this model',
        not_found: 'it knows no such model',
        bad_request: 'it does not take the request',
      }[errorType]
    }${status === null ? '' : ` (HTTP ${status})`}`,
  misconfiguredAdvice:
    'Other providers, or the built-in analyser, answer meanwhile. Put apiKey, model or baseUrl of this entry of analysis.providers right, and start again; `guardian doctor` tries it.',
  recovered: (provider: string) => `${provider} answers`,
  doctor: {
    none: 'no provider: the built-in analyser answers',
    nobody: 'no provider, and the built-in analyser is switched off: nobody answers',
    ok: (model: string, ms: number, cost: string) => `${model} answered a test call in ${ms} ms${cost}`,
    remedies: {
      apiKey: 'Give the entry the key of an account that may use the model, or set it in the environment.',
      model:
        'Name the model as the vendor does, and one that the account may use; for a server of your own check baseUrl.',
    },
    cost: (usd: string) => `, for ${usd} USD`,
    failed: {
      timeout: 'it did not answer in time',
      network: 'it could not be reached',
      rate_limited: 'it limits the rate, or the quota is used up',
      auth: 'it refuses the key',
      not_found: 'it knows no such model',
      bad_request: 'it does not take the request',
      server_error: 'it failed',
      refused: 'it refuses to answer',
      invalid_output: 'its answer had not the form that was asked for',
      too_long: 'the test was too long for it',
    },
  },
};

interface Suspect {
  hash: string;
  author: string;
  subject: string;
  confidence: 'high' | 'medium' | 'low';
  reasons: string;
}

interface AfterDeployment {
  build: number;
  revision: string;
  at: string;
  seen: string;
}

interface Misconfigured {
  provider: string;
  model: string;
  errorType: 'auth' | 'not_found' | 'bad_request';
  status: number | null;
}
