import { FIELDS, FIELDS_TEXT } from './ecs.ts';
import { MOST_FIELDS } from './field-mapping.ts';

const KEYWORD = { type: 'keyword', ignore_above: 1_024 } as const;
const TEXT = { type: 'text' } as const;
/** Fields of our own beside the free ones, objects counted, with room. */
const OWN_FIELDS = 100;
/** Above the built-in `logs-*-*` (100) and below what people set themselves (from 500 on). */
const PRIORITY = 200;

/** Mappings of what the sink writes; free fields by their first value, texts as keywords. */
function template() {
  return {
    settings: { 'index.mapping.total_fields.limit': MOST_FIELDS + OWN_FIELDS },
    mappings: {
      date_detection: false,
      dynamic_templates: [{ texts: { path_match: `${FIELDS}.*`, match_mapping_type: 'string', mapping: KEYWORD } }],
      properties: {
        '@timestamp': { type: 'date' },
        message: TEXT,
        ecs: { properties: { version: KEYWORD } },
        event: { properties: { id: KEYWORD, sequence: { type: 'long' } } },
        log: { properties: { level: KEYWORD, logger: KEYWORD } },
        service: {
          properties: {
            name: KEYWORD,
            environment: KEYWORD,
            version: KEYWORD,
            node: { properties: { name: KEYWORD } },
          },
        },
        trace: { properties: { id: KEYWORD } },
        span: { properties: { id: KEYWORD } },
        error: { properties: { type: KEYWORD, message: TEXT, stack_trace: TEXT } },
        guardian: { properties: { template: KEYWORD } },
        [FIELDS]: { type: 'object', dynamic: true },
        [FIELDS_TEXT]: TEXT,
      },
    },
  };
}

export interface SetUpStep {
  path: string;
  body: string;
  /** How documents are addressed once this step was accepted. */
  target: 'data-stream' | 'dated';
}

/**
 * What is asked of the index before the first record, until one step is accepted: a data stream (Elasticsearch from 7.9, OpenSearch), dated indices with a
 * composable template (from 7.8), with a legacy one (before). When all are refused, dated indices without a template do as well.
 */
export function setUpSteps(name: string): SetUpStep[] {
  const path = `/_index_template/${encodeURIComponent(name)}`;
  const step = (body: object) => JSON.stringify(body);
  return [
    {
      path,
      body: step({ index_patterns: [name], data_stream: {}, priority: PRIORITY, template: template() }),
      target: 'data-stream',
    },
    { path, body: step({ index_patterns: [`${name}-*`], priority: PRIORITY, template: template() }), target: 'dated' },
    {
      path: `/_template/${encodeURIComponent(name)}`,
      body: step({ index_patterns: [`${name}-*`], ...template() }),
      target: 'dated',
    },
  ];
}
