import { afterEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../src/config/environment.ts';
import { checkTelling } from '../src/config/index.ts';
import { type ConfigurationInput, configurationSchema } from '../src/config/schema.ts';
import { jobList } from '../src/contracts/api/jobs.ts';
import { routePreview } from '../src/contracts/api/notifications.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../src/server/server-fixtures.ts';
import { configurationsOf, readPage } from './fixtures/documents.ts';

const read = (page: string) => readPage(`docs/${page}`);

/** Bodies of the `curl` lines that post JSON, with where they go. */
function postsOf(page: string): { path: string; json: unknown }[] {
  const lines = read(page).replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) => {
    const [, path] = /^curl http:\/\/127\.0\.0\.1:4400(\/api\/\S+)/.exec(line) ?? [];
    const [, body] = /-d '([^']*)'/.exec(line) ?? [];
    return path === undefined || body === undefined ? [] : [{ path, json: JSON.parse(body) as unknown }];
  });
}

/** The addresses that the page puts into the environment, as ones that could be real. */
const environment = {
  SMTP_URL: 'smtp://user:password@smtp.workshop.ca:587',
  EMAIL_FROM: 'guardian@workshop.ca',
  EMAIL_NICOLAS: 'nicolas@workshop.ca',
  SLACK_WEBHOOK_NICOLAS: 'https://hooks.slack.com/services/T/B/1',
  SLACK_WEBHOOK_ALLAN: 'https://hooks.slack.com/services/T/B/2',
  SLACK_WEBHOOK_ADMIN_1: 'https://hooks.slack.com/services/T/B/3',
};

let server: TestServer | null = null;
afterEach(() => server?.close());

describe('the configurations of the documents about jobs and alerts', () => {
  it('of jobs start as they stand, and plan what the page says', async () => {
    const [configuration, ...others] = configurationsOf('docs/jobs.md');
    for (const other of others) {
      server = await openTestServer({ configuration: other });
      await server.close();
    }
    server = await openTestServer({ configuration: configuration! });
    const { items } = jobList.parse(await (await ask(server, '/api/jobs')).json());
    expect(items.filter(({ origin }) => origin === 'configuration').map(({ id, schedule }) => [id, schedule])).toEqual([
      ['full_sync', '0 1 * * * (America/Montreal)'],
      ['timeline_report', 'after full_sync'],
      ['nightly_backup', '0 3 * * * (America/Montreal)'],
      ['shop_answers', 'every 5 min'],
    ]);
  });

  it('of alerts start with addresses from the environment, and reach whom the page names', async () => {
    const [given] = configurationsOf('docs/alerts.md');
    const { recipients, ...rest } = readEnvironment(environment);
    const merged = { ...given, ...rest, recipients: { ...recipients } } as ConfigurationInput;
    for (const [id, person] of Object.entries(given!.recipients ?? {}))
      merged.recipients![id] = { ...person, ...merged.recipients![id] };
    expect(() => checkTelling(configurationSchema.parse(merged))).not.toThrow();
    // Without them nobody could be told: it says so, and does not start.
    expect(() => checkTelling(configurationSchema.parse(given))).toThrow(/configuration_invalid/);
    server = await openTestServer({ configuration: merged });
    const reply = await ask(server, '/api/routes/preview', {
      method: 'POST',
      json: { occasion: 'job_failed', job: 'full_sync', severity: 'error' },
    });
    const { deliveries, isUnrouted } = routePreview.parse(await reply.json());
    expect([isUnrouted, deliveries.map(({ recipient, channel }) => [recipient, channel])]).toEqual([
      false,
      [['admin', 'slack']],
    ]);
  });

  it.each(['jobs.md', 'alerts.md'])('are followed by requests that are taken whole: %s', async (page) => {
    const posts = postsOf(page);
    expect(posts.length).toBeGreaterThan(0);
    const [configuration] = configurationsOf(`docs/${page}`);
    server = await openTestServer({ configuration: { ...configuration!, recipients: {}, routes: [] } });
    const { key } = await makeShop(server);
    for (const { path, json } of posts) {
      const headers = path === '/api/routes/preview' ? {} : { authorization: `Bearer ${key}` };
      const reply = await ask(server, path, { method: 'POST', json, headers });
      expect([path, reply.ok, await reply.text()]).toEqual([path, true, expect.any(String)]);
    }
  });
});

describe('the document about the API', () => {
  it('has every path of jobs, alerts and messages that the server has', async () => {
    server = await openTestServer();
    const page = read('api.md');
    const document = (await (await ask(server, '/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, { tags: string[] }>>;
    };
    const tags = ['Jobs', 'Health log', 'Alerts', 'Messages', 'Deliveries'];
    const paths = Object.entries(document.paths).filter(
      ([path, methods]) => path.startsWith('/api') && Object.values(methods).some((one) => tags.includes(one.tags[0]!)),
    );
    expect(paths.length).toBeGreaterThan(30);
    const shortened = (path: string) => path.replace(/^\/api\/(?:scheduler|sync)-logs/, '');
    expect(
      paths.map(([path]) => path).filter((path) => !page.includes(path) && !page.includes(`\`${shortened(path)}\``)),
    ).toEqual([]);
  });
});
