import { indexPattern } from './index-names.ts';
import type { ClusterOptions } from './options.ts';

/** Letters of a beginning that stand in the index themselves; longer ones are looked up among the words. */
const PREFIX_CHARACTERS = 8;

const keyword = { type: 'keyword' };
const whole = { type: 'long' };

/** Newest first on the disk too: a page of the newest is read without looking at the rest. */
const SORTED = { 'sort.field': 'seq', 'sort.order': 'desc' };

const MAPPINGS = {
  dynamic: false,
  // Needed for finding only; to give the event back, `event` is enough.
  _source: { excludes: ['words', 'tokens'] },
  properties: {
    '@timestamp': { type: 'date', format: 'epoch_millis' },
    seq: whole,
    project: whole,
    issue: keyword,
    severity: { type: 'short' },
    class: { type: 'byte' },
    words: {
      type: 'text',
      analyzer: 'given_words',
      norms: false,
      index_prefixes: { min_chars: 1, max_chars: PREFIX_CHARACTERS },
    },
    tokens: { ...keyword, doc_values: false },
    event: { ...keyword, index: false, doc_values: false },
    'log.level': keyword,
    'service.name': { ...keyword, ignore_above: 512 },
    'trace.id': { ...keyword, ignore_above: 128 },
  },
};

/** Settings and mapping of every index of events. `policy`: the lifecycle that ends them; null: Guardian deletes them by itself. */
function indexDefinition(options: ClusterOptions, policy: string | null): object {
  return {
    settings: {
      index: {
        number_of_shards: options.shards,
        number_of_replicas: options.replicas,
        refresh_interval: `${options.refreshMs}ms`,
        ...SORTED,
        ...(policy === null ? {} : { lifecycle: { name: policy } }),
      },
      analysis: { analyzer: { given_words: { type: 'custom', tokenizer: 'whitespace' } } },
    },
    mappings: MAPPINGS,
  };
}

/** As generations from Elasticsearch 7.8 and OpenSearch 1 on take it. */
export function indexTemplate(options: ClusterOptions, policy: string | null): object {
  return {
    index_patterns: [indexPattern(options.indexPrefix)],
    priority: 500,
    template: indexDefinition(options, policy),
    _meta: { description: 'Events of Guardian; written by it at every start' },
  };
}

/** As Elasticsearch before 7.8 takes it. */
export function legacyTemplate(options: ClusterOptions): object {
  return {
    index_patterns: [indexPattern(options.indexPrefix)],
    order: 500,
    ...indexDefinition(options, null),
  };
}
