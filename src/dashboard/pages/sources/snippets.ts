/** What a snippet is made of; every value comes from this server, none from an event. */
export interface SnippetFacts {
  /** `http://KEY@127.0.0.1:4400/1` */
  dsn: string;
  key: string;
  /** `http://127.0.0.1:4400` */
  origin: string;
  host: string;
  projectSlug: string;
}

export type SnippetPlace = 'shell' | 'code' | 'environment' | 'configuration';

export interface Snippet {
  place: SnippetPlace;
  text: string;
}

export interface Client {
  id: string;
  name: string;
  /** What it is pasted into can be read by everybody: it gets a key for web pages. */
  isPage?: true;
  note?: 'sdkNote' | 'syslogNote' | 'pubsubNote' | 'collectorNote';
  snippets(facts: SnippetFacts): Snippet[];
}

const shell = (text: string): Snippet => ({ place: 'shell', text });
const code = (text: string): Snippet => ({ place: 'code', text });
const environment = (text: string): Snippet => ({ place: 'environment', text });
const configuration = (text: string): Snippet => ({ place: 'configuration', text });

/** What ties an event to its commit; the clients read it by themselves. */
const RELEASE = 'SENTRY_RELEASE=$(git rev-parse HEAD)';

const openTelemetry = ({ origin, key }: SnippetFacts) => `OTEL_SERVICE_NAME=my-service
OTEL_EXPORTER_OTLP_ENDPOINT=${origin}
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20${key}
OTEL_LOGS_EXPORTER=otlp
OTEL_TRACES_EXPORTER=otlp
OTEL_METRICS_EXPORTER=none`;

/** Each client with the lines to paste; the first is the quickest to try. */
export const CLIENTS: readonly Client[] = [
  {
    id: 'curl',
    name: 'curl',
    snippets: ({ origin, key }) => [
      shell(`printf '{"time":"%s","severity":"error","service":"hello","message":"the first event"}' \\
  "$(date -u +%Y-%m-%dT%H:%M:%SZ)" | curl ${origin}/api/events --data-binary @- \\
  -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/x-ndjson'`),
    ],
  },
  {
    id: 'guardian-sdk',
    name: 'Guardian: Node.js',
    note: 'sdkNote',
    snippets: ({ origin, key }) => [
      shell(`npm pack ../guardian/packages/sdk
npm install ./guardian-sdk-*.tgz express`),
      code(`import { captureException, getLogger, start, stop } from '@guardian/sdk';
import { guardianExpress } from '@guardian/sdk/express';
import express from 'express';

const client = await start({ url: '${origin}', key: '${key}', service: 'my-service' });
const logger = getLogger('my-service.orders');

const app = express();
app.use(guardianExpress(client.usage, { identify: (request) => request.user?.email }));
app.get('/orders/:id', (request, response) => {
  logger.info('order {order} shown', { order: request.params.id });
  response.json({ id: request.params.id });
});
app.use((error, request, response, next) => {
  captureException(error);
  next(error);
});
app.listen(3000);
process.on('SIGTERM', () => stop().then(() => process.exit(0)));`),
    ],
  },
  {
    id: 'sentry-node',
    name: 'Sentry: Node.js',
    snippets: ({ dsn }) => [
      shell('npm install @sentry/node'),
      code(`import * as Sentry from '@sentry/node';

Sentry.init({ dsn: '${dsn}' });`),
      environment(RELEASE),
    ],
  },
  {
    id: 'sentry-browser',
    name: 'Sentry: browser',
    isPage: true,
    snippets: ({ dsn }) => [
      shell('npm install @sentry/browser'),
      code(`import * as Sentry from '@sentry/browser';

Sentry.init({ dsn: '${dsn}' });`),
    ],
  },
  {
    id: 'sentry-python',
    name: 'Sentry: Python',
    snippets: ({ dsn }) => [
      shell('pip install sentry-sdk'),
      code(`import sentry_sdk

sentry_sdk.init(dsn="${dsn}")`),
      environment(RELEASE),
    ],
  },
  {
    id: 'otel-node',
    name: 'OpenTelemetry: Node.js',
    snippets: (facts) => [
      shell('npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node'),
      environment(`${openTelemetry(facts)}
NODE_OPTIONS=--require @opentelemetry/auto-instrumentations-node/register`),
    ],
  },
  {
    id: 'otel-python',
    name: 'OpenTelemetry: Python',
    snippets: (facts) => [
      shell(`pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http
opentelemetry-bootstrap -a install
opentelemetry-instrument python app.py`),
      environment(`${openTelemetry(facts)}
OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true`),
    ],
  },
  {
    id: 'otel-collector',
    name: 'OpenTelemetry Collector',
    note: 'collectorNote',
    snippets: ({ origin, key }) => [
      configuration(`exporters:
  otlphttp/guardian:
    endpoint: ${origin}
    headers:
      Authorization: Bearer ${key}
service:
  pipelines:
    logs:
      receivers: [otlp]
      exporters: [otlphttp/guardian]
    traces:
      receivers: [otlp]
      exporters: [otlphttp/guardian]`),
    ],
  },
  {
    id: 'elastic',
    name: 'Elasticsearch _bulk',
    snippets: ({ origin, key }) => [
      shell(`printf '{"create":{}}\\n{"@timestamp":"%s","log.level":"error","service.name":"hello","message":"the first event"}\\n' \\
  "$(date -u +%Y-%m-%dT%H:%M:%SZ)" | curl ${origin}/elastic/logs/_bulk --data-binary @- \\
  -H 'Authorization: ApiKey ${key}' -H 'Content-Type: application/x-ndjson'`),
    ],
  },
  {
    id: 'pino',
    name: 'pino-elasticsearch',
    snippets: ({ origin, key }) => [
      shell('npm install pino pino-elasticsearch'),
      code(`import pino from 'pino';
import pinoElastic from 'pino-elasticsearch';

const stream = pinoElastic({
  node: '${origin}/elastic',
  auth: { username: 'guardian', password: '${key}' },
  index: 'logs',
  esVersion: 8,
});
export const logger = pino({ base: { service: { name: 'my-service' } } }, stream);`),
    ],
  },
  {
    id: 'filebeat',
    name: 'Filebeat',
    snippets: ({ origin, key }) => [
      configuration(`filebeat.inputs:
  - type: filestream
    id: my-service
    paths: [/var/log/my-service/*.log]
    fields_under_root: true
    fields: { service.name: my-service }
output.elasticsearch:
  hosts: ['${origin}/elastic']
  username: guardian
  password: '${key}'
  allow_older_versions: true
setup.template.enabled: false
setup.ilm.enabled: false`),
    ],
  },
  {
    id: 'cloud-logging',
    name: 'Google Cloud Logging',
    note: 'pubsubNote',
    snippets: ({ origin, key, projectSlug }) => [
      shell(`gcloud pubsub topics create guardian
gcloud logging sinks create guardian \\
  pubsub.googleapis.com/projects/PROJECT_ID/topics/guardian \\
  --log-filter='resource.type=("cloud_run_revision" OR "cloud_run_job")'
gcloud pubsub topics add-iam-policy-binding guardian --role=roles/pubsub.publisher \\
  --member="$(gcloud logging sinks describe guardian --format='value(writerIdentity)')"
gcloud pubsub subscriptions create guardian --topic=guardian \\
  --push-endpoint='${origin}/api/pubsub/${projectSlug}?key=${key}'`),
    ],
  },
  {
    id: 'syslog',
    name: 'syslog (rsyslog)',
    note: 'syslogNote',
    snippets: ({ host }) => [
      configuration(`*.warning action(type="omfwd" target="${host}" port="5514" protocol="tcp"
  tcp_framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")`),
    ],
  },
];
