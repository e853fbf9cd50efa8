import type { Entry, Fields, Level } from '../record.ts';
import type { Redactor, SealedField } from '../redact/index.ts';
import type { TraceReader } from '../trace/trace-context.ts';
import type { TellTrouble } from '../trouble.ts';
import { type CallParts, createCallReader, isBare } from './call-parts.ts';
import { type CopyLimits, DEFAULT_COPY_LIMITS, mergeFields, type PlainFields, startCopy } from './copy-value.ts';
import { createInstantWriter } from './instant.ts';
import { LEVEL_ORDER } from './level.ts';
import type { LoggerCore, LoggerInstance, LoggerMemory, RecordExtras } from './logger.ts';
import { isSimple, quote } from './quote.ts';
import { readCall } from './read-call.ts';
import type { RecordCounters } from './record-counters.ts';
import type { RecordIds } from './record-id.ts';
import { shrinkLine } from './shrink-line.ts';
import { bytesWritten, writePlainFields } from './write-json.ts';

/** What stands on every record of a client. */
export interface RecordIdentity {
  service: string;
  environment: string | null;
  revision: string | null;
  instance: string;
}

export interface RecordWriterOptions {
  identity: RecordIdentity;
  /** Fields that a logger gets from its template; null for most. */
  templateFields(core: LoggerCore): Fields | null;
  ids: RecordIds;
  limits: CopyLimits & { recordBytes: number };
  /** Null: nothing is redacted. */
  redactor: Redactor | null;
  readTrace: TraceReader;
  counters: RecordCounters;
  /** Epoch ms, and monotonic ms. */
  wall(): number;
  now(): number;
  deliver(made: MadeRecord): void;
  tellTrouble: TellTrouble;
}

/** An entry for the queues; while it is `sealed`, its line lacks its end and its bytes are not counted. */
export interface MadeRecord extends Entry {
  readonly level: Level;
  readonly sealed: SealedField[] | null;
}

/** What a record said, for one that stands for its equals. */
export interface WrittenRecord {
  source: LoggerInstance;
  message: string;
  template: string | null;
  exception: string;
}

export interface RecordWriter {
  /** Null: it could not be made; that is counted and told. */
  write(
    source: LoggerInstance,
    level: Level,
    message: unknown,
    fields: unknown,
    extras?: RecordExtras,
  ): CallParts | null;
  /** As `write`, without giving it to the sinks. */
  make(source: LoggerInstance, level: Level, message: unknown, fields: unknown): MadeRecord | null;
  /** Once more what was written, as another record. */
  writeAgain(written: WrittenRecord, level: Level, fields: PlainFields, count: number): void;
}

/** An exception is remembered for finding equal records; longer ones are left out of the record that stands for many. */
const LONGEST_REMEMBERED = 16_384;
const UNREADABLE_FIELDS = { fields: '[unreadable]' };

/** Makes records: copies, redacts, and writes them as lines. Never throws. */
export function createRecordWriter(options: RecordWriterOptions): RecordWriter {
  const { templateFields, ids, limits, redactor, readTrace, counters, wall, now, deliver, tellTrouble } = options;
  const writeInstant = createInstantWriter();
  const identityTail = writeIdentity(options.identity);
  // The redactor cuts long texts itself, where no secret is cut in two.
  const copyLimits = redactor === null ? limits : { ...limits, stringLength: Number.POSITIVE_INFINITY };
  const calls = createCallReader({ limits, redactor, counters });
  const instants = createInstants(wall, now);

  const assemble = (
    source: LoggerInstance,
    level: Level,
    parts: CallParts,
    extras?: RecordExtras,
    count = 1,
  ): MadeRecord => {
    const { sealed } = parts;
    const id = ids.next();
    const { sequence } = ids;
    instants.read();
    const head = `{"id":"${id}","time":"${writeInstant(extras?.at ?? instants.wall)}${SEVERITY[level]}`;
    const about = traceOf(extras, readTrace) + parts.exception;
    let { line, bytes } = joinLine({ source, parts, sequence, head, about });
    let isCut = parts.isCut;
    if (bytes > limits.recordBytes) {
      line = shrinkLine(`${line}}}`, limits.recordBytes).slice(0, -2);
      bytes = Buffer.byteLength(line);
      isCut = true;
    }
    if (isCut) counters.truncated[level]++;
    counters.made[level]++;
    if (sealed === null) line += '}}';
    const bytesMade = sealed === null ? bytes + 2 : 0;
    return { id, sequence, level, line, bytes: bytesMade, acceptedAt: instants.now, count, sealed };
  };

  const partsOf = (source: LoggerInstance, level: Level, message: unknown, fields: unknown): CallParts => {
    if (source.memory.stamp !== source.core.stamp) remember(source, { identityTail, redactor, templateFields });
    if (fields === undefined && typeof message === 'string' && isBare(message, source, limits)) {
      return calls.readBare(source, level, message);
    }
    const copying = startCopy(copyLimits);
    return calls.read(source, level, readCall(message, fields, copying), copying);
  };
  /** Fields that cannot even be listed cost a record its fields, not its message. */
  const readableParts = (source: LoggerInstance, level: Level, message: unknown, fields: unknown): CallParts => {
    try {
      return partsOf(source, level, message, fields);
    } catch {
      return partsOf(source, level, message, UNREADABLE_FIELDS);
    }
  };
  const lose = (source: LoggerInstance, level: Level, error: unknown): null => {
    counters.failed[level]++;
    const why = error instanceof Error ? error.message : 'unknown';
    tellTrouble('record', `record of "${source.core.name}" lost: it could not be made (${why})`);
    return null;
  };

  return {
    write: (source, level, message, fields, extras) => {
      try {
        const parts = readableParts(source, level, message, fields);
        deliver(assemble(source, level, parts, extras));
        return parts;
      } catch (error) {
        return lose(source, level, error);
      }
    },
    make: (source, level, message, fields) => {
      try {
        return assemble(source, level, readableParts(source, level, message, fields));
      } catch (error) {
        return lose(source, level, error);
      }
    },
    writeAgain: ({ source, message, template, exception }, level, fields, count) => {
      const copying = startCopy(DEFAULT_COPY_LIMITS);
      const written = writePlainFields(fields, copying);
      const parts: CallParts = {
        // What differed in the others is not that of the first.
        text: template ?? message,
        template,
        exception: exception.length > LONGEST_REMEMBERED ? '' : exception,
        loggerFields: source.memory.fields,
        fields: written,
        fieldsBytes: bytesWritten(written, copying),
        hasCategory: false,
        hasSequence: false,
        sealed: null,
        isCut: false,
      };
      deliver(assemble(source, level, parts, undefined, count));
    },
  };
}

/** `","severity":"info","message":` */
const SEVERITY = Object.fromEntries(
  LEVEL_ORDER.map((level) => [level, `","severity":"${level}","message":`]),
) as Record<Level, string>;

interface Instants {
  wall: number;
  now: number;
  /** Sets both. */
  read(): void;
}

/** The monotonic clock costs a fifth of a record: it is read once for all records of one millisecond of the wall clock. */
function createInstants(wall: () => number, now: () => number): Instants {
  const instants: Instants = {
    wall: Number.NaN,
    now: 0,
    read: () => {
      const at = wall();
      if (at === instants.wall) return;
      instants.wall = at;
      instants.now = now();
    },
  };
  return instants;
}

function bytesOf(text: string): number {
  return text === '' ? 0 : Buffer.byteLength(text);
}

/** Where a field of the call, or of the logger, has the name of one of ours. */
function attributesOf({ core }: LoggerInstance, sequence: number, parts: CallParts): string {
  const named = core.category === null || parts.hasCategory ? '' : `,"category":${quote(core.category)}`;
  const ordered = parts.hasSequence ? '' : `,"sequence":${sequence}`;
  return `${ATTRIBUTES}${`${named}${ordered}${parts.loggerFields}${parts.fields}`.slice(1)}`;
}

interface LineInput {
  source: LoggerInstance;
  parts: CallParts;
  sequence: number;
  /** Up to the message; ASCII. */
  head: string;
  /** Trace and exception. */
  about: string;
}

/** A line without its end. It is joined from parts whose bytes are known: to count it as a whole costs more than to make it. */
function joinLine({ source, parts, sequence, head, about }: LineInput): { line: string; bytes: number } {
  const { memory } = source;
  const isSimpleText = isSimple(parts.text);
  const text = isSimpleText ? `"${parts.text}"` : quote(parts.text);
  const template = parts.template === null ? '' : `,"template":${quote(parts.template)}`;
  const attributes =
    parts.hasCategory || parts.hasSequence
      ? attributesOf(source, sequence, parts)
      : memory.attributes + sequence + parts.loggerFields + parts.fields;
  const own = head.length + (isSimpleText ? text.length : Buffer.byteLength(text)) + bytesOf(template) + bytesOf(about);
  return {
    line: head + text + template + memory.identity + about + attributes,
    bytes: own + memory.identityBytes + attributesBytes(memory, attributes, parts),
  };
}

/** Those of what is remembered, and of the fields, are known; the rest are digits. */
function attributesBytes(memory: LoggerMemory, attributes: string, parts: CallParts): number {
  if (parts.hasCategory || parts.hasSequence) return Buffer.byteLength(attributes);
  const { loggerFields, fields } = parts;
  const digits = attributes.length - memory.attributes.length - loggerFields.length - fields.length;
  return memory.attributesBytes + digits + (loggerFields === '' ? 0 : memory.fieldsBytes) + parts.fieldsBytes;
}

const ATTRIBUTES = ',"attributes":{';

function traceOf(extras: RecordExtras | undefined, readTrace: TraceReader): string {
  const trace = extras?.traceId === undefined ? readTrace() : extras;
  if (trace === null || trace.traceId === undefined) return '';
  const span = trace.spanId === undefined ? '' : `,"spanId":${quote(trace.spanId)}`;
  return `,"traceId":${quote(trace.traceId)}${span}`;
}

function writeIdentity({ service, environment, revision, instance }: RecordIdentity): string {
  const optional = (name: string, value: string | null): string => (value === null ? '' : `,"${name}":${quote(value)}`);
  return `,"service":${quote(service)}${optional('environment', environment)}${optional('revision', revision)},"instance":${quote(instance)}`;
}

/** What all records of a logger share is written once: its name, its own fields. */
function remember(
  { core, childFields, memory }: LoggerInstance,
  {
    identityTail,
    redactor,
    templateFields,
  }: Pick<RecordWriterOptions, 'redactor' | 'templateFields'> & { identityTail: string },
): void {
  const given = mergeFields(null, templateFields(core) ?? undefined);
  const own: PlainFields = { ...given, ...core.fields, ...childFields };
  const redacted = redactor?.record({ message: core.name, fields: own });
  const needsRoom = redactor?.needsSealer === true && Object.hasOwn(own, 'sealed');
  const isSealed = needsRoom || (redacted !== undefined && redacted.sealed !== null);
  const safe = (redacted?.parts.fields ?? own) as PlainFields;
  const identity = `,"logger":${quote(redacted?.parts.message ?? core.name)}${identityTail}`;
  // The category stands first: sinks that sort by it need not read further.
  const attributes = `${ATTRIBUTES}${core.category === null ? '' : `"category":${quote(core.category)},`}"sequence":`;
  const fields = isSealed ? '' : writePlainFields(safe, startCopy(DEFAULT_COPY_LIMITS));
  const update: LoggerMemory = {
    stamp: core.stamp,
    identity,
    identityBytes: Buffer.byteLength(identity),
    attributes,
    attributesBytes: Buffer.byteLength(attributes),
    fields,
    fieldsBytes: Buffer.byteLength(fields),
    hasCategory: Object.hasOwn(own, 'category'),
    hasSequence: Object.hasOwn(own, 'sequence'),
    own,
    safe,
    names: Object.keys(own),
    isSealed,
  };
  Object.assign(memory, update);
}
