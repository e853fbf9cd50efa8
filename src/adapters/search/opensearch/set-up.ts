import type { ClusterConnection } from './connection.ts';
import { indexTemplate, legacyTemplate } from './index-definition.ts';
import { indexPattern } from './index-names.ts';
import type { ClusterOptions } from './options.ts';
import type { ClusterProduct } from './product.ts';
import { mustSucceed, refusal } from './refusal.ts';

/** Who ends the indices whose days are over. */
export type Lifecycle = 'ilm' | 'ism' | 'guardian';

/** What is not there in this distribution is answered so. */
const NOT_THERE: readonly number[] = [400, 404, 405];

/**
 * Template and, where days are given, the lifecycle of the product: ILM of Elasticsearch, ISM of OpenSearch. Distributions have neither: then
 * Guardian’s own retention deletes indices. It deletes in any case what is over its days, since lifecycles count from when an index was made.
 */
export async function setUp(
  connection: ClusterConnection,
  options: ClusterOptions,
  { kind }: ClusterProduct,
): Promise<Lifecycle> {
  const name = `${options.indexPrefix}-events`;
  const lifecycle = await putLifecycle(connection, options, { kind, name });
  const template = indexTemplate(options, lifecycle === 'ilm' ? name : null);
  const answer = await connection.ask({ method: 'PUT', path: `/_index_template/${name}`, body: template });
  if (answer.status === 404 || answer.status === 405) {
    const legacy = { method: 'PUT' as const, path: `/_template/${name}`, body: legacyTemplate(options) };
    mustSucceed(await connection.ask(legacy), 'the index template');
  } else mustSucceed(answer, 'the index template');
  return lifecycle;
}

interface Policy {
  kind: ClusterProduct['kind'];
  name: string;
}

async function putLifecycle(
  connection: ClusterConnection,
  options: ClusterOptions,
  { kind, name }: Policy,
): Promise<Lifecycle> {
  if (options.days === null) return 'guardian';
  // The day that an index is of, and the one in which its last events come late.
  const age = `${options.days + 1}d`;
  if (kind === 'elasticsearch') {
    const body = { policy: { phases: { delete: { min_age: age, actions: { delete: {} } } } } };
    const answer = await connection.ask({ method: 'PUT', path: `/_ilm/policy/${name}`, body });
    if (NOT_THERE.includes(answer.status)) return 'guardian';
    mustSucceed(answer, 'the lifecycle policy');
    return 'ilm';
  }
  return (await putStatePolicy(connection, options, { name, age })) ? 'ism' : 'guardian';
}

/** One that is there is replaced under its number of change; false: this distribution has none. */
async function putStatePolicy(
  connection: ClusterConnection,
  options: ClusterOptions,
  { name, age }: { name: string; age: string },
): Promise<boolean> {
  const path = `/_plugins/_ism/policies/${name}`;
  const known = await connection.ask({ method: 'GET', path });
  const { _seq_no: number, _primary_term: term } = (known.json ?? {}) as { _seq_no?: number; _primary_term?: number };
  const query = known.status === 200 ? `?if_seq_no=${number}&if_primary_term=${term}` : '';
  const ends = [{ state_name: 'delete', conditions: { min_index_age: age } }];
  const body = {
    policy: {
      description: 'Ends indices of events of Guardian whose days are over',
      default_state: 'keep',
      states: [
        { name: 'keep', actions: [], transitions: ends },
        { name: 'delete', actions: [{ delete: {} }], transitions: [] },
      ],
      ism_template: [{ index_patterns: [indexPattern(options.indexPrefix)], priority: 500 }],
    },
  };
  const answer = await connection.ask({ method: 'PUT', path: path + query, body });
  if (NOT_THERE.includes(answer.status)) return false;
  // Another node was faster: it wrote the same.
  if (answer.status === 409) return true;
  if (answer.status >= 300) throw refusal(answer, 'the lifecycle policy');
  return true;
}
