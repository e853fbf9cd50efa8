import { randomUUID } from 'node:crypto';
import { type Behaviour, type Request, startServer, type TestServer } from './server-fixtures.ts';

/** What tells the products apart for a client of `_bulk`: whether templates of today, data streams and types in answers are there. */
export interface IndexProduct {
  name: string;
  hasComposableTemplates: boolean;
  hasDataStreams: boolean;
  conflictType: string;
  /** Says so in each answer, which the official client insists on. */
  isElastic: boolean;
}

export const PRODUCTS: readonly IndexProduct[] = [
  {
    name: 'Elasticsearch 7.6',
    isElastic: true,
    hasComposableTemplates: false,
    hasDataStreams: false,
    conflictType: 'mapper_parsing_exception',
  },
  {
    name: 'Elasticsearch 7.8',
    isElastic: true,
    hasComposableTemplates: true,
    hasDataStreams: false,
    conflictType: 'mapper_parsing_exception',
  },
  {
    name: 'Elasticsearch 8',
    isElastic: true,
    hasComposableTemplates: true,
    hasDataStreams: true,
    conflictType: 'document_parsing_exception',
  },
  {
    name: 'Elasticsearch 9',
    isElastic: true,
    hasComposableTemplates: true,
    hasDataStreams: true,
    conflictType: 'document_parsing_exception',
  },
  {
    name: 'OpenSearch 1',
    isElastic: false,
    hasComposableTemplates: true,
    hasDataStreams: true,
    conflictType: 'mapper_parsing_exception',
  },
  {
    name: 'OpenSearch 2',
    isElastic: false,
    hasComposableTemplates: true,
    hasDataStreams: true,
    conflictType: 'mapper_parsing_exception',
  },
  {
    name: 'OpenSearch 3',
    isElastic: false,
    hasComposableTemplates: true,
    hasDataStreams: true,
    conflictType: 'mapper_parsing_exception',
  },
];

type Json = Record<string, unknown>;

interface BackingIndex {
  documents: Map<string, Json>;
  /** Type of each free field, by its first value. */
  types: Map<string, string>;
}

export interface IndexServer extends TestServer {
  /** All documents of all indices: an id that two backing indices hold stands here twice. */
  documents(): { index: string; id: string; source: Json }[];
  /** The next write of the data stream goes to a new backing index. */
  rollOver(): void;
  /** Before anything is answered; null: as usual. */
  intercept: (request: Request) => Behaviour | null;
  /** `_bulk` stores, but its answer is lost, so often. */
  loseAnswers: number;
  isDataStream(): boolean;
}

/**
 * Answers set-up and `_bulk` as the product does: ids are unique per backing index, a field has the type of its first value, objects and texts do not mix,
 * and an index maps so many fields and no more.
 */
export async function startIndex(product: IndexProduct, { fieldLimit = 1_100 } = {}): Promise<IndexServer> {
  const server = await startServer();
  const indices = new Map<string, BackingIndex>();
  const streams = new Map<string, number>();
  let isStream = false;
  const index: IndexServer = {
    ...server,
    documents: () =>
      [...indices].flatMap(([name, { documents }]) =>
        [...documents].map(([id, source]) => ({ index: name, id, source })),
      ),
    rollOver: () => {
      for (const [name, generation] of streams) streams.set(name, generation + 1);
    },
    intercept: () => null,
    loseAnswers: 0,
    isDataStream: () => isStream,
  };

  const setUp = ({ path, body }: Request): Behaviour => {
    if (path.startsWith('/_template/')) return { body: { acknowledged: true } };
    if (!product.hasComposableTemplates) return { status: 405, body: { error: 'Incorrect HTTP method for uri' } };
    const wantsStream = 'data_stream' in (JSON.parse(body) as Json);
    if (wantsStream && !product.hasDataStreams) {
      return {
        status: 400,
        body: { error: { type: 'x_content_parse_exception', reason: 'unknown field [data_stream]' } },
      };
    }
    isStream ||= wantsStream;
    return { body: { acknowledged: true } };
  };

  const backing = (name: string): [string, BackingIndex] => {
    let resolved = name;
    if (isStream && !/\d{4}\.\d\d\.\d\d$/.test(name)) {
      const generation = streams.get(name) ?? 1;
      streams.set(name, generation);
      resolved = `.ds-${name}-${String(generation).padStart(6, '0')}`;
    }
    const found = indices.get(resolved) ?? { documents: new Map(), types: new Map() };
    indices.set(resolved, found);
    return [resolved, found];
  };

  const bulk = ({ body }: Request): Behaviour => {
    const lines = body.split('\n');
    if (lines.pop() !== '')
      return {
        status: 400,
        body: {
          error: {
            type: 'illegal_argument_exception',
            reason: 'The bulk request must be terminated by a newline [\\n]',
          },
        },
      };
    const items: Json[] = [];
    for (let at = 0; at < lines.length; at += 2) {
      const { create } = JSON.parse(lines[at]!) as { create: { _index: string; _id?: string } };
      const id = create._id ?? randomUUID();
      const [name, target] = backing(create._index);
      items.push({
        create: {
          _index: name,
          _id: id,
          ...put(target, id, JSON.parse(lines[at + 1]!) as Json, product, fieldLimit),
        },
      });
    }
    if (index.loseAnswers > 0) {
      index.loseAnswers--;
      return 'reset';
    }
    return { body: { took: 1, errors: items.some((item) => 'error' in (item.create as Json)), items } };
  };

  const answer = (request: Request): Behaviour => {
    const told = index.intercept(request);
    if (told) return told;
    if (request.method === 'PUT') return setUp(request);
    return request.path.endsWith('/_bulk') ? bulk(request) : { status: 404, body: {} };
  };
  server.answer((request) => {
    const given = answer(request);
    if (typeof given === 'string') return given;
    const type = /application\/vnd\.elasticsearch\+json; ?compatible-with=\d/.exec(request.headers.accept ?? '')?.[0];
    const headers = {
      'content-type': type ?? 'application/json',
      ...(product.isElastic ? { 'x-elastic-product': 'Elasticsearch' } : {}),
      ...given.headers,
    };
    return { ...given, headers };
  });
  return index;
}

function put(target: BackingIndex, id: string, source: Json, { conflictType }: IndexProduct, fieldLimit: number): Json {
  if (target.documents.has(id)) {
    return {
      status: 409,
      error: {
        type: 'version_conflict_engine_exception',
        reason: `[${id}]: version conflict, document already exists`,
      },
    };
  }
  const found = new Map<string, string>();
  const conflict = mapFields(source.fields as Json | undefined, 'fields', target.types, found);
  if (conflict) {
    return {
      status: 400,
      error: {
        type: conflictType,
        reason: `failed to parse field [${conflict}] of type [${target.types.get(conflict)}]`,
      },
    };
  }
  if (target.types.size + found.size > fieldLimit) {
    return {
      status: 400,
      error: { type: 'illegal_argument_exception', reason: `Limit of total fields [${fieldLimit}] has been exceeded` },
    };
  }
  for (const [path, type] of found) target.types.set(path, type);
  target.documents.set(id, source);
  return { status: 201, result: 'created' };
}

/** The first path whose type does not fit; null when all do. Types of new ones go to `found`. */
function mapFields(
  value: Json | undefined,
  path: string,
  known: Map<string, string>,
  found: Map<string, string>,
): string | null {
  for (const [name, inner] of Object.entries(value ?? {})) {
    const at = `${path}.${name}`;
    const type = typeOf(inner);
    const before = known.get(at);
    if (before !== undefined && before !== type && !(before === 'keyword' && type !== 'object')) return at;
    if (before === undefined) found.set(at, type);
    const deeper = type === 'object' ? mapFields(inner as Json, at, known, found) : null;
    if (deeper) return deeper;
  }
  return null;
}

function typeOf(value: unknown): 'object' | 'long' | 'boolean' | 'keyword' {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return 'object';
  if (typeof value === 'number') return 'long';
  return typeof value === 'boolean' ? 'boolean' : 'keyword';
}
