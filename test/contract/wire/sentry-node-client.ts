/**
 * A small service with the real Node SDK in it: `node sentry-node-client.ts <package> <dsn>`. It fails in every way the wire tests look at, sends what the
 * SDK makes of it, and ends.
 */
export type NodeSdk = 'sentry-node-9' | 'sentry-node-10';

interface Sdk {
  init(options: Record<string, unknown>): unknown;
  addBreadcrumb(crumb: Record<string, unknown>): void;
  captureException(error: unknown, hint?: Record<string, unknown>): string;
  captureMessage(message: string, context?: unknown): string;
  captureCheckIn(checkIn: Record<string, unknown>, monitor?: Record<string, unknown>): string;
  captureFeedback(feedback: Record<string, unknown>): string;
  startSession(): unknown;
  endSession(): void;
  setUser(user: Record<string, unknown>): void;
  setTag(key: string, value: unknown): void;
  parameterize?(strings: TemplateStringsArray, ...values: unknown[]): string;
  startSpan(options: Record<string, unknown>, run: () => unknown): unknown;
  logger?: { error(message: string, attributes?: Record<string, unknown>): void };
  close(timeoutMs?: number): Promise<boolean>;
}

const [name, dsn] = process.argv.slice(2) as [NodeSdk, string];
const sdks: Record<NodeSdk, () => Promise<unknown>> = {
  'sentry-node-9': () => import('sentry-node-9'),
  'sentry-node-10': () => import('sentry-node-10'),
};
const sdk = (await sdks[name]()) as Sdk;

function chargeCard(amount: number): never {
  throw new TypeError(`cannot charge ${amount}`);
}

function checkOut(): never {
  try {
    chargeCard(-5);
  } catch (cause) {
    throw new Error('checkout failed', { cause });
  }
}

sdk.init({
  dsn,
  release: 'shop@1.4.2',
  environment: 'staging',
  serverName: 'web-1',
  tracesSampleRate: 1,
  enableLogs: true,
  _experiments: { enableLogs: true },
  attachStacktrace: true,
});
sdk.setUser({ id: 'u-17', username: 'ada' });
sdk.setTag('region', 'eu-west-3');
sdk.startSession();
sdk.addBreadcrumb({ category: 'cart', message: 'three articles', level: 'info' });
try {
  checkOut();
} catch (error) {
  sdk.captureException(error, { extra: { cart: { size: 3 } }, fingerprint: ['{{ default }}', 'eu'] });
}
sdk.captureException(new AggregateError([new RangeError('first'), new Error('second')], 'all replicas failed'));
sdk.captureMessage('stock is low', 'warning');
if (sdk.parameterize) sdk.captureMessage(sdk.parameterize`article ${4711} is sold out`, 'error');
sdk.captureException(new Error('import failed'), { extra: { row: 'Zürich '.repeat(8_000) } });
const checkInId = sdk.captureCheckIn(
  { monitorSlug: 'nightly-import', status: 'in_progress' },
  { schedule: { type: 'crontab', value: '0 3 * * *' }, timezone: 'Europe/Paris', maxRuntime: 30 },
);
sdk.captureCheckIn({ checkInId, monitorSlug: 'nightly-import', status: 'ok', duration: 12.5 });
sdk.captureFeedback({ message: 'the button does nothing', name: 'Ada', email: 'ada@example.org' });
sdk.startSpan({ name: 'GET /carts/:id', op: 'http.server' }, () => undefined);
sdk.logger?.error('payment provider answers slowly', { provider: 'acme', tookMs: 900 });
sdk.endSession();
await sdk.close(5_000);
