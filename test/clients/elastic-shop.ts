/**
 * A shop that logs to Elasticsearch: `node elastic-shop.ts pino|bulk <url> <key>`. `pino`: its logger writes there; `bulk`: it hands over what it
 * has gathered, as ECS documents, by the client's bulk helper. Prints what the client says of it, and ends.
 */
import { Client } from '@elastic/elasticsearch';
import { pino } from 'pino';
import declared from 'pino-elasticsearch';

export type ElasticWay = 'pino' | 'bulk';

/** Its types declare a default export, its code exports the function itself. */
const pinoElasticsearch = declared as unknown as typeof declared.default;

const [way, url, key] = process.argv.slice(2) as [ElasticWay, string, string];
const node = `${url}/elastic`;

class PriceMissing extends Error {
  override name = 'PriceMissing';
}

function priceOf(article: string): never {
  throw new PriceMissing(`no price for article ${article}`);
}

function failure(article: string): Error {
  try {
    return priceOf(article);
  } catch (error) {
    return error as Error;
  }
}

async function logWithPino(): Promise<void> {
  const stream = pinoElasticsearch({ node, index: 'shop-logs', auth: { username: 'shop', password: key } });
  const said = new Promise<string>((resolve) => {
    stream.on('insert', (stats: unknown) => resolve(JSON.stringify(stats)));
    stream.on('insertError', (error: Error) => resolve(`refused: ${error.message}`));
    stream.on('error', (error: Error) => resolve(`failed: ${error.message}`));
  });
  const logger = pino({ base: { service: 'prices', release: '5.0.1', env: 'production' } }, stream);
  logger.info({ article: 'A-1' }, 'price list read');
  logger.error(
    { err: failure('A-17'), req: { id: 'req-000017', method: 'GET', url: '/prices/A-17?currency=EUR' } },
    'price could not be told',
  );
  stream.end();
  console.log(await said);
}

async function sendInBulk(): Promise<void> {
  const client = new Client({ node, auth: { apiKey: key }, compression: true });
  const error = failure('B-23');
  const common = {
    service: { name: 'prices', version: '5.0.1', environment: 'production', node: { name: 'prices-0' } },
    'trace.id': '4bf92f3577b34da6a3ce929d0e0e4736',
  };
  const documents = [
    { '@timestamp': new Date(), message: 'nightly price run began', 'log.level': 'info', ...common },
    {
      '@timestamp': new Date(),
      message: 'nightly price run failed',
      'log.level': 'error',
      error: { type: error.name, message: error.message, stack_trace: error.stack },
      http: { request: { method: 'GET' }, response: { status_code: 500 } },
      url: { path: '/prices/B-23' },
      ...common,
    },
  ];
  try {
    const { successful, failed } = await client.helpers.bulk({
      datasource: documents,
      onDocument: () => ({ create: { _index: 'shop-prices' } }),
      retries: 0,
    });
    console.log(JSON.stringify({ successful, failed }));
  } catch (thrown) {
    console.log(`refused: ${(thrown as { statusCode?: number }).statusCode}`);
  }
  await client.close();
}

await (way === 'pino' ? logWithPino() : sendInBulk());
