import { isObject, type JsonObject } from '../text/field.ts';

/** One action of a bulk body. */
export interface BulkItem {
  action: 'index' | 'create' | 'update' | 'delete';
  index: string;
  /** As the client gave it, or null. */
  id: string | null;
  /** The document and its JSON; null where there is none to take. */
  document: { record: JsonObject; text: string } | null;
  /** Why it was not taken. */
  error: BulkError | null;
  /** Of the document, from 1. */
  line: number;
}

export interface BulkError {
  type: string;
  /** Holds nothing of the document. */
  reason: string;
  /** For the counts. */
  dropReason: 'invalid' | 'too-large' | 'unsupported';
}

export interface BulkBounds {
  items: number;
  itemBytes: number;
}

/** The body as a whole is no bulk request; nothing of it was taken. */
export class BulkSyntaxError extends Error {
  readonly kind: 'malformed' | 'too-many';

  constructor(kind: BulkSyntaxError['kind'], message: string) {
    super(message);
    this.name = 'BulkSyntaxError';
    this.kind = kind;
  }
}

const LF = 10;
const CR = 13;
const SPACE = 32;
/** Bytes of an action line: names and an id. */
const ACTION_BYTES = 16 * 1024;
/** Bytes of an id, as Elasticsearch has it. */
const ID_BYTES = 512;
const INDEX_LENGTH = 255;
const ACTIONS = ['index', 'create', 'update', 'delete'] as const;

/**
 * Takes a bulk body apart, in request order. A broken document fails alone; a broken action line makes it unknowable which line is what, so the body is
 * refused whole (`BulkSyntaxError`), as Elasticsearch does. The line end behind the last document may be missing.
 * https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
export function readBulk(body: Uint8Array, defaultIndex: string, bounds: BulkBounds): BulkItem[] {
  const lines = new Lines(body);
  const items: BulkItem[] = [];
  for (lines.skipBlank(); lines.next(); lines.skipBlank()) {
    if (items.length >= bounds.items)
      throw new BulkSyntaxError('too-many', `a request has at most ${bounds.items} items`);
    const item = readAction(lines, defaultIndex);
    if (item.action !== 'delete') {
      const hasDocument = lines.next();
      item.line = lines.number;
      if (item.error === null) readDocument(item, hasDocument ? lines : null, bounds);
    }
    items.push(item);
  }
  if (items.length === 0) throw new BulkSyntaxError('malformed', 'request body is required');
  return items;
}

/** Walks over the lines of the body; `start` and `end` are the current one's. */
class Lines {
  readonly #body: Buffer;
  #next = 0;
  number = 0;
  start = 0;
  end = 0;

  constructor(body: Uint8Array) {
    this.#body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    if (this.#body[0] === 0xef && this.#body[1] === 0xbb && this.#body[2] === 0xbf) this.#next = 3;
  }

  next(): boolean {
    if (this.#next >= this.#body.length) return false;
    const lf = this.#body.indexOf(LF, this.#next);
    this.start = this.#next;
    this.end = lf < 0 ? this.#body.length : lf;
    this.#next = this.end + 1;
    this.number++;
    return true;
  }

  get bytes(): number {
    return this.end - this.start;
  }

  /** Byte by byte: a body of nothing but line ends is gone through in no time. */
  skipBlank(): void {
    const body = this.#body;
    let at = this.#next;
    for (let byte = body[at]; byte === LF || byte === CR || byte === SPACE; byte = body[++at]) {
      if (byte === LF) this.number++;
    }
    this.#next = at;
  }

  text(): string {
    return this.#body.toString('utf8', this.start, this.end);
  }
}

/** The one member of the line's object. */
function actionOf(lines: Lines): { name: (typeof ACTIONS)[number]; told: JsonObject } {
  const value = lines.bytes > ACTION_BYTES ? null : parse(lines.text());
  if (isObject(value)) {
    const names = Object.keys(value);
    const name = ACTIONS.find((known) => known === names[0]);
    const told = name && value[name];
    if (name && names.length === 1 && isObject(told)) return { name, told };
  }
  throw new BulkSyntaxError(
    'malformed',
    `Malformed action/metadata line [${lines.number}], expected an object with one of [create, delete, index, update]`,
  );
}

function readAction(lines: Lines, defaultIndex: string): BulkItem {
  const { name, told } = actionOf(lines);
  const index = typeof told._index === 'string' && told._index !== '' ? told._index : defaultIndex;
  const { _id: given = null } = told;
  const id = typeof given === 'number' ? String(given) : given;
  const item: BulkItem = {
    action: name === 'index' && told.op_type === 'create' ? 'create' : name,
    index: index.slice(0, INDEX_LENGTH),
    id: null,
    document: null,
    error: null,
    line: lines.number,
  };
  if (id !== null && (typeof id !== 'string' || id === '' || Buffer.byteLength(id) > ID_BYTES)) {
    item.error = invalid('illegal_argument_exception', `_id must be a text of 1 to ${ID_BYTES} bytes`);
  } else item.id = id;
  if (name === 'update' || name === 'delete') {
    item.error = {
      type: 'illegal_argument_exception',
      reason: `events are never changed: the action [${name}] is not supported`,
      dropReason: 'unsupported',
    };
  }
  return item;
}

function readDocument(item: BulkItem, lines: Lines | null, { itemBytes }: BulkBounds): void {
  if (lines === null) {
    item.error = invalid('document_parsing_exception', `the action has no document behind it`);
    return;
  }
  if (lines.bytes > itemBytes) {
    const reason = `a document has at most ${itemBytes} bytes`;
    item.error = { type: 'illegal_argument_exception', reason, dropReason: 'too-large' };
    return;
  }
  const text = lines.text();
  const record = parse(text);
  if (isObject(record)) item.document = { record, text };
  else item.error = invalid('document_parsing_exception', `line ${lines.number} is not a JSON object`);
}

function invalid(type: string, reason: string): BulkError {
  return { type, reason, dropReason: 'invalid' };
}

/** Undefined when it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
