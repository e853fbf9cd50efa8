import { z } from 'zod';
import { ANALYSIS_METRIC_NAMES, METRICS_PATH } from '../../contracts/metrics.ts';
import { name, positive, span } from './pieces.ts';
import { shapes } from './reasons.ts';

const MINUTE = 60_000;
const argv = z.array(z.string().min(1)).min(1);
const path = z.string().regex(/^\/[^\s]{0,500}$/, { error: shapes.path });
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, { error: shapes.variable });
const percent = z.int().min(1).max(100);
const share = z.number().min(0).max(1);
const listenedPort = z.int().min(1).max(65_535);

const memory = z
  .string()
  .regex(/^\d{1,6}(?:MiB|GiB)$/, { error: shapes.size })
  .transform((text) => Number.parseInt(text, 10) * 1024 ** (text.endsWith('GiB') ? 3 : 2));

/** Spans that stand in for a default must be written as they are read. */
const spanOf = (text: string) => span.prefault(text);

const asked = {
  path,
  method: z.enum(['GET', 'POST']).optional(),
  body: z.string().max(10_000).optional(),
  status: z.int().min(100).max(599).optional(),
  contains: z.string().min(1).max(1_000).optional(),
};
const commanded = {
  command: z.string().min(1),
  arguments: z.array(z.string()).optional(),
  timeoutMs: positive.optional(),
};
const checkName = z.string().min(1).max(100);

const ownCheck = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('url'), name: checkName, ...asked }),
  z.strictObject({ kind: z.literal('feature'), name: checkName, ...asked }),
  z.strictObject({ kind: z.literal('command'), name: checkName, ...commanded }),
  z.strictObject({ kind: z.literal('tests'), name: checkName, ...commanded }),
]);

const common = {
  service: z.string().min(1).max(60).describe('the service, as its events name it'),
  project: z.string().default('default').describe('slug of the project whose issues it has'),
  healthPath: path.default('/api/health').describe('answers 2xx when the service is well'),
  metrics: z
    .strictObject({ path: path.default(METRICS_PATH), names: z.array(z.string()).default([...ANALYSIS_METRIC_NAMES]) })
    .nullable()
    .default(null)
    .describe('metrics that every revision must have; {}: the 13 of the analysis. null: none are asked for'),
  analysisPath: path
    .nullable()
    .default(null)
    .describe('/api/memory/analyze of a service that has it; null: it has none'),
  checks: z
    .array(ownCheck)
    .max(50)
    .default([])
    .describe('own checks: { kind: url | feature | command | tests, name, path or command, … }; features come first'),
  apiKeyFrom: variable
    .nullable()
    .default(null)
    .describe('variable of Guardian with the key its checks show to the service; null: none'),
};

const launched = {
  host: z.string().default('127.0.0.1').describe('where the proxy listens'),
  port: listenedPort.describe('where people and programs call the service'),
  environment: z.record(variable, z.string()).default({}).describe('of the first revision; later ones keep what was'),
  environmentFrom: z
    .array(variable)
    .default([])
    .describe('variables of Guardian that the first revision gets too: secrets do not stand in the file'),
  memory: memory.nullable().default(null).describe('limit of one revision: 512MiB, 2GiB; null: none'),
  timeout: span.nullable().default(null).describe('of one request; null: none'),
};

const processTarget = z.strictObject({
  ...common,
  ...launched,
  kind: z.literal('process'),
  repository: z
    .string()
    .nullable()
    .default(null)
    .describe('git repository whose commits are the revisions; null: repository.path, else this folder'),
  folder: z
    .string()
    .nullable()
    .default(null)
    .describe('a folder that is copied instead; a revision is then its content, or that of a folder within it'),
  command: argv.describe('program and arguments, no shell; it listens on PORT'),
  build: argv.nullable().default(null).describe('run once in the folder of the revision: ["npm", "ci"]; null: nothing'),
  buildTimeout: spanOf('15m').describe('then the build is ended'),
});

const composeTarget = z.strictObject({
  ...common,
  ...launched,
  kind: z.literal('compose'),
  file: z.string().default('compose.yaml').describe('the Compose file'),
  composeService: z.string().nullable().default(null).describe('of the file; null: called as the service'),
  composeProject: name
    .nullable()
    .default(null)
    .describe('of the file, with its networks and volumes; null: the name of the target'),
  containerPort: listenedPort.default(8080).describe('where the program in the container listens'),
});

const cloudRunTarget = z.strictObject({
  ...common,
  kind: z.literal('cloud-run'),
  googleProject: z.string().min(1).describe('Google Cloud project'),
  region: z.string().min(1).describe('europe-west1'),
  cloudRunService: z.string().nullable().default(null).describe('as Cloud Run calls it; null: as the service'),
});

const grafana = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null)
    .describe('of Grafana: deployments are annotated there; null: they are not'),
  token: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('of a service account that may write annotations; in the environment (GUARDIAN_GRAFANA_TOKEN)'),
  tags: z.array(z.string().min(1).max(100)).max(10).default(['guardian']).describe('that dashboards ask for'),
  every: spanOf('30s').describe('what is new is written so often'),
  timeout: spanOf('10s').describe('for one request'),
});

/** Where services run, and how a new revision of one goes live. */
export const deploy = z.strictObject({
  targets: z
    .record(name, z.discriminatedUnion('kind', [processTarget, composeTarget, cloudRunTarget]))
    .default({})
    .describe('deployment targets by name; none: guardian deploy is off'),
  steps: z.array(percent).min(1).max(20).default([5, 20, 50, 100]).describe('percent of the traffic, growing'),
  stepAtLeast: spanOf('5m').describe('a step lasts at least so long'),
  stepRequests: positive.default(100).describe('requests a side that a step needs at least'),
  inconclusiveAfter: spanOf('30m').describe('with too little to compare for so long, it is held and told'),
  suspectFor: spanOf('2h').describe('a suspicion may gather for so long, then it is held'),
  promotesInconclusive: z.boolean().default(false).describe('goes on instead of holding when a step is inconclusive'),
  startWithin: spanOf('60s').describe('the new revision answers within'),
  healthyAnswers: positive.default(5).describe('healthy answers in a row before anybody is sent there'),
  healthyEvery: spanOf('1s').describe('between them'),
  memoryShare: share.default(0.9).describe('of the memory limit that a revision may use'),
  testsShare: share.default(0.9).describe('of the tests that must pass; fewer end the deployment at once'),
  cachedAnalysis: spanOf('100ms').describe('the second analysis comes from the cache within'),
  watch: span
    .refine((ms) => ms >= 5 * MINUTE && ms <= 1_440 * MINUTE, { error: shapes.watch })
    .prefault('30m')
    .describe('after the promotion it still goes back by itself; 5m to 24h'),
  coolDown: spanOf('30m').describe('after it went back by itself it alerts instead for so long'),
  accessEvery: spanOf('5m').describe('access without a login is looked at so often'),
  drain: spanOf('30s').describe('requests under way at a revision that is taken off may last so long'),
  lookEvery: spanOf('10s').describe('the judge looks so often'),
  latencyAtLeast: spanOf('5ms').describe(
    'a latency that grew by less never decides alone, whatever share of the former it is: nobody notices, and a new process differs by as much',
  ),
  warmUp: spanOf('30s').describe(
    'latencies of the first moments of the first step are set aside: a new process compiles and fills its caches; at most a fifth of the step',
  ),
  grafana: grafana.prefault({}),
  logFolder: z
    .string()
    .nullable()
    .default('docs/deployments')
    .describe('a Markdown file of each deployment, and their index; null: none'),
  isLogCommitted: z.boolean().default(false).describe('commits these files, and nothing else, when one is over'),
  buildTag: z.string().default('build_tag.txt').describe('read and kept in step where it exists'),
  logs: positive.default(200).describe('deployments that the index lists; older files stay'),
});
