import { join } from 'node:path';

/**
 * Emergence: people write messages, Guardian says what a conversation is about, and looks after the service itself. A report goes to a coding agent every two
 * hours, with what users did; an issue that loses messages goes to it at once; what it mends is deployed step by step, watched, and taken back when it is worse.
 *
 * Addresses, keys and places come from the environment: EMAIL_OPERATOR (people), CODEX_GPT_EMAIL (the coding agent), EMERGENCE_REPOSITORY, EMERGENCE_PORT,
 * NEO_ANALYSIS_URL and NEO_ANALYSIS_KEY, OPENAI_API_KEY.
 */
const here = import.meta.dirname;
const environment = process.env;
const repository = environment.EMERGENCE_REPOSITORY ?? join(here, '.data/service');
/** On this machine, with a mail server that shows what it gets: everything that takes minutes takes seconds. */
const tryingOut = environment.EMERGENCE_MAIL_PORT;
/** The program that mends, as JSON: `["claude", "-p"]`. It gets the hand-off on standard input, in a working tree of its own. */
const agent = JSON.parse(environment.EMERGENCE_AGENT ?? '["claude", "-p"]') as string[];

const QUICK_DEPLOYMENTS = {
  steps: [50, 100],
  stepAtLeast: '2s',
  stepRequests: 25,
  healthyAnswers: 2,
  healthyEvery: '200ms',
  lookEvery: '500ms',
  drain: '1s',
  coolDown: '1s',
  cachedAnalysis: '2s',
  logFolder: environment.EMERGENCE_LOGS ?? null,
};

export default {
  service: 'emergence',
  language: environment.EMERGENCE_LANGUAGE === 'fr' ? 'fr' : 'en',
  repository: { path: repository },
  reports: { everyMs: 2 * 60 * 60_000, freshness: '2h', onCritical: true },
  // One message that is lost is one too many.
  report: { criticalAboveErrors: 0 },
  analysis: { providers: providers() },
  fixes: {
    agents: {
      'coding-agent': {
        way: 'command',
        command: agent,
        description: 'Mends in a working tree of its own',
        network: environment.EMERGENCE_AGENT === undefined ? ['api.anthropic.com'] : 'none',
      },
    },
    automatic: 'coding-agent',
    ...(tryingOut === undefined
      ? {}
      : { everyMs: 500, verify: { requests: 20, within: '3600ms' }, folder: environment.EMERGENCE_RUNS ?? null }),
  },
  deploy: {
    targets: {
      emergence: {
        kind: 'process',
        service: 'emergence',
        repository,
        port: Number(environment.EMERGENCE_PORT ?? '4500'),
        command: [process.execPath, 'server.js'],
        build: [process.execPath, join(here, 'link-sdk.ts')],
        memory: '512MiB',
        analysisPath: '/api/memory/analyze',
        checks: [
          {
            kind: 'feature',
            name: 'messages are kept',
            path: '/api/messages',
            method: 'POST',
            body: '{"text":"Guardian was here"}',
            status: 201,
          },
          {
            kind: 'tests',
            name: 'tests',
            command: process.execPath,
            arguments: [join(here, 'test-revision.ts'), repository],
          },
        ],
      },
    },
    ...(tryingOut === undefined ? {} : QUICK_DEPLOYMENTS),
  },
  recipients: { operator: { name: 'Operator', roles: ['operators'] } },
  routes: [
    {
      name: 'fixes and deployments',
      on: ['fix_proposed', 'fix_verified', 'fix_recurred', 'deployment_finished', 'deployment_rolled_back'],
      to: ['role:operators'],
      over: ['email'],
    },
    {
      name: 'what waits for a person',
      on: ['alert_fired', 'alert_resolved'],
      types: ['DEPLOYMENT_HELD', 'TRAFFIC_PINNED'],
      to: ['role:operators'],
      over: ['email'],
    },
  ],
  mail: {
    tag: 'Emergence',
    name: 'Emergence',
    ...(tryingOut === undefined
      ? {}
      : {
          from: 'guardian@emergence.example',
          smtp: { host: '127.0.0.1', port: Number(tryingOut), encryption: 'none' },
        }),
  },
  ...(tryingOut === undefined ? {} : { notify: { allowReservedDomains: true, groupFor: '1ms' } }),
};

/** `neo_analysis` is asked first; what it cannot answer goes to the next, then to the built-in analyser. An entry without its key is left out. */
function providers() {
  const { NEO_ANALYSIS_URL, NEO_ANALYSIS_KEY, NEO_ANALYSIS_MODEL, OPENAI_API_KEY, OPENAI_BASE_URL } = environment;
  return [
    ...(NEO_ANALYSIS_URL === undefined
      ? []
      : [
          {
            name: 'neo_analysis',
            vendor: 'compatible',
            baseUrl: NEO_ANALYSIS_URL,
            model: NEO_ANALYSIS_MODEL ?? 'neo-analysis',
            apiKey: NEO_ANALYSIS_KEY ?? null,
          },
        ]),
    ...(OPENAI_API_KEY === undefined
      ? []
      : [
          {
            name: 'openai',
            vendor: 'openai',
            model: 'gpt-5-mini',
            // The vendor's key goes to another address only where it is said so.
            ...(OPENAI_BASE_URL === undefined ? {} : { baseUrl: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY }),
          },
        ]),
  ];
}
