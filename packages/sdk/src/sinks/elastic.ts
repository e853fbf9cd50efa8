import type { Entry } from '../record.ts';
import { type EcsDocument, FIELDS, toEcs } from './ecs.ts';
import { setUpSteps } from './elastic-set-up.ts';
import { FieldMapping } from './field-mapping.ts';
import { judgeAnswer } from './judge-answer.ts';
import { type ConnectionOptions, connect, type Question, type SignableRequest } from './post.ts';
import type { EntryOutcome, SendOutcome, Sink } from './sink.ts';

export interface ElasticSinkOptions extends ConnectionOptions {
  /** Where Elasticsearch 7 to 9 or OpenSearch 1 to 3 is; a path is kept. */
  url: string;
  /** Name and password, an API key (as it is given out, in base64), or a hook that signs (AWS SigV4); none: nothing is sent along. */
  auth?:
    | { user: string; password: string }
    | { apiKey: string }
    | { sign: (request: SignableRequest) => Record<string, string> | Promise<Record<string, string>> };
  /** Name of the data stream, and of dated indices in front of the day (`-2026.11.21`). */
  index?: string;
  /** False: no template is set up, `index` is a data stream that is there already. */
  setUp?: boolean;
  /** As counters name it; `elastic` by default. */
  name?: string;
}

/** What an index refuses for the types of free fields, or for their number; anything else is for good. */
const FIELD_ERRORS: ReadonlySet<string> = new Set([
  'mapper_parsing_exception',
  'document_parsing_exception',
  'illegal_argument_exception',
  'strict_dynamic_mapping_exception',
]);
const CONFLICT_PATH = new RegExp(`\\[${FIELDS}\\.([^\\]]+)\\]`);
const BATCH_BYTES = 5 * 1024 * 1024;
const BATCH_ENTRIES = 10_000;
/** Tries of a document whose fields do not fit: the field that was named as text, then all of them. */
const TRIES = 3;

type Target = 'data-stream' | 'dated';

interface BulkItem {
  status?: number;
  error?: { type?: string; reason?: string; caused_by?: { reason?: string } };
}

/**
 * `_bulk` of Elasticsearch and OpenSearch, one path for all of them and no client of theirs. Each document is created under the id of its record, so
 * that a second try is a 409, which is success. A data stream knows ids by its newest backing index alone: after a roll-over between two tries the
 * same id stands there twice, and whoever searches folds equal `event.id`s. Throws a TypeError for an address that is none.
 */
export function elasticSink({
  url,
  auth,
  index = 'guardian-logs',
  setUp = true,
  name = 'elastic',
  ...options
}: ElasticSinkOptions): Sink {
  const base = new URL(url.replace(/\/+$/, ''));
  const connection = connect(options);
  const mapping = new FieldMapping();
  let target: Target | null = setUp ? null : 'data-stream';

  const ask = (method: Question['method'], path: string, body: string, signal: AbortSignal) =>
    connection.ask(
      {
        method,
        url: new URL(`${base.href.replace(/\/+$/, '')}${path}`),
        body,
        headers: headersOf(auth, path.endsWith('/_bulk') ? 'application/x-ndjson' : 'application/json'),
        ...(auth && 'sign' in auth ? { sign: auth.sign } : {}),
      },
      signal,
    );

  const prepare = async (signal: AbortSignal): Promise<SendOutcome | null> => {
    for (const step of setUpSteps(index)) {
      const answer = await ask('PUT', step.path, step.body, signal);
      const outcome = judgeAnswer(answer, base);
      if (outcome === null) {
        target = step.target;
        return null;
      }
      // Refused, it may still take documents; what is no refusal is the outcome of the batch.
      const isRefusal = 'status' in answer && [400, 403, 404, 405, 410, 413, 422].includes(answer.status);
      if (!isRefusal) return outcome;
    }
    target = 'dated';
    return null;
  };

  const post = async (documents: readonly Document[], signal: AbortSignal) => {
    const body = documents.map((document) => bulkLines(document, index, target ?? 'dated')).join('');
    const answer = await ask('POST', '/_bulk', body, signal);
    const outcome = judgeAnswer(answer, base);
    if (outcome || 'failure' in answer) return outcome ?? unreadable(base);
    const items = readItems(answer.text, documents.length);
    return items ? { items, roundTripMs: answer.roundTripMs } : unreadable(base);
  };

  return {
    name,
    limits: { bytes: BATCH_BYTES, entries: BATCH_ENTRIES },
    async send(batch, signal) {
      if (target === null) {
        const outcome = await prepare(signal);
        if (outcome) return outcome;
      }
      return sendDocuments({ batch, mapping, post: (documents) => post(documents, signal) });
    },
    async close() {
      connection.close();
    },
  };
}

interface Document {
  /** Place in the batch. */
  at: number;
  entry: Entry;
  ecs: EcsDocument;
}

interface Sending {
  batch: readonly Entry[];
  mapping: FieldMapping;
  post: (documents: readonly Document[]) => Promise<SendOutcome | { items: BulkItem[]; roundTripMs: number }>;
}

async function sendDocuments({ batch, mapping, post }: Sending): Promise<SendOutcome> {
  const outcomes: EntryOutcome[] = batch.map(() => ({ kind: 'refused', reason: 'the record is no JSON object' }));
  const isText = (path: string) => mapping.isText(path);
  let documents = batch.flatMap((entry, at): Document[] => {
    const ecs = toEcs(entry, { isText });
    return ecs ? [{ at, entry, ecs }] : [];
  });
  let roundTripMs = 0;
  for (let attempt = 1; attempt <= TRIES && documents.length > 0; attempt++) {
    const answer = await post(documents);
    if ('kind' in answer)
      return attempt === 1 ? answer : { kind: 'answered', outcomes: laterOf(outcomes, documents), roundTripMs };
    if (attempt === 1) roundTripMs = answer.roundTripMs;
    const again: Document[] = [];
    documents.forEach((document, index) => {
      const item = answer.items[index]!;
      outcomes[document.at] = outcomeOf(item);
      if (attempt === TRIES || !isFieldError(item)) return;
      const path = CONFLICT_PATH.exec(reasonOf(item))?.[1];
      if (path !== undefined) mapping.conflicts(path);
      const ecs = toEcs(document.entry, { isText, allAsText: path === undefined || attempt === TRIES - 1 });
      if (ecs) again.push({ ...document, ecs });
    });
    documents = again;
  }
  return { kind: 'answered', outcomes, roundTripMs };
}

/** The second try of some documents was not answered: they are tried again, the others are settled. */
function laterOf(outcomes: EntryOutcome[], documents: readonly Document[]): EntryOutcome[] {
  for (const { at } of documents) outcomes[at] = { kind: 'retry', reason: 'its second try was not answered' };
  return outcomes;
}

function isFieldError({ status, error }: BulkItem): boolean {
  return status === 400 && FIELD_ERRORS.has(error?.type ?? '');
}

function outcomeOf(item: BulkItem): EntryOutcome {
  const { status = 0 } = item;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 409) return { kind: 'duplicate' };
  const reason = reasonOf(item);
  // A closed or read-only index is opened again by somebody: not the record's fault.
  return status === 429 || status === 403 || status === 404 || status >= 500 || status === 0
    ? { kind: 'retry', reason }
    : { kind: 'refused', reason };
}

function reasonOf({ status, error }: BulkItem): string {
  const cause = error?.caused_by?.reason;
  return `${error?.type ?? `status ${status}`}: ${error?.reason ?? ''}${cause ? ` (${cause})` : ''}`;
}

/** Null when it is no answer of an index, or not one item for each document. */
function readItems(text: string, count: number): BulkItem[] | null {
  try {
    const { items } = JSON.parse(text) as { items?: Record<string, BulkItem>[] };
    if (!Array.isArray(items) || items.length !== count) return null;
    return items.map((item) => item.create ?? Object.values(item)[0] ?? {});
  } catch {
    return null;
  }
}

/** The day of the record, not of the try: a second try after midnight finds the first one's document. */
function bulkLines({ entry, ecs }: Document, index: string, target: Target): string {
  const day = ecs['@timestamp'].slice(0, 10).replaceAll('-', '.');
  const _index = target === 'data-stream' ? index : `${index}-${day}`;
  return `${JSON.stringify({ create: { _index, _id: entry.id } })}\n${JSON.stringify(ecs)}\n`;
}

function headersOf(auth: ElasticSinkOptions['auth'], type: string): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': type, accept: 'application/json' };
  if (auth && 'user' in auth) {
    headers.authorization = `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  }
  if (auth && 'apiKey' in auth) headers.authorization = `ApiKey ${auth.apiKey}`;
  return headers;
}

function unreadable(url: URL): SendOutcome {
  return {
    kind: 'hold',
    reason: `${url.origin} answered with success, but not as Elasticsearch or OpenSearch does`,
    remedy: 'Set the address of the index itself.',
  };
}
