import type { Level } from '../record.ts';
import type { Redactor, SealedField } from '../redact/index.ts';
import {
  type Copying,
  type CopyLimits,
  copyFields,
  DEFAULT_COPY_LIMITS,
  type PlainFields,
  startCopy,
} from './copy-value.ts';
import type { LoggerInstance } from './logger.ts';
import { fillTemplate } from './message-template.ts';
import type { LogCall } from './read-call.ts';
import type { RecordCounters } from './record-counters.ts';
import { type CopiedException, copyException } from './write-exception.ts';
import { bytesWritten, writeFields, writePlainFields } from './write-json.ts';

/** A record between its call and its line: copied, safe to send. */
export interface CallParts {
  /** The message as a reader sees it. */
  text: string;
  /** As it was written; null when no field was put in. */
  template: string | null;
  /** `,"exception":{…}` or empty. */
  exception: string;
  /** `,"a":1` of the logger; empty when they are among `fields`. */
  loggerFields: string;
  fields: string;
  fieldsBytes: number;
  /** The fields have one of that name, which wins. */
  hasCategory: boolean;
  hasSequence: boolean;
  sealed: SealedField[] | null;
  isCut: boolean;
}

/** Nothing but a sentence, which is most of what is logged: no field to copy, no placeholder to fill. */
export function isBare(message: string, { memory }: LoggerInstance, { stringLength }: CopyLimits): boolean {
  if (memory.isSealed || message.length > stringLength || message.includes('{')) return false;
  return message.charCodeAt(0) > 32 || message.trim() !== '';
}

function bareParts(text: string, { memory }: LoggerInstance): CallParts {
  return {
    text,
    template: null,
    exception: '',
    loggerFields: memory.fields,
    fields: '',
    fieldsBytes: 0,
    hasCategory: memory.hasCategory,
    hasSequence: memory.hasSequence,
    sealed: null,
    isCut: false,
  };
}

export interface CallReaderOptions {
  limits: CopyLimits;
  redactor: Redactor | null;
  counters: RecordCounters;
}

export interface CallReader {
  read(source: LoggerInstance, level: Level, call: LogCall, copying: Copying): CallParts;
  /** Of a message that `isBare`. */
  readBare(source: LoggerInstance, level: Level, message: string): CallParts;
}

export function createCallReader({ redactor, limits, counters }: CallReaderOptions): CallReader {
  if (redactor !== null) return createRedactingReader(redactor, counters);
  const read: CallReader['read'] = (source, _level, call, copying) => {
    const message = cutMessage(call.message, limits, copying);
    if (call.error === null && !message.includes('{') && !mustMerge(source, call.fields)) {
      const fields = call.fields === null ? '' : writeFields(call.fields, copying);
      return partsOf({ source, text: message, template: null, call, fields, copying });
    }
    const copied = copyCall(source, call, copying);
    const { text, isTemplate } = fillTemplate(message, copied.all);
    return {
      ...partsOf({
        source,
        text,
        template: isTemplate ? message : null,
        call,
        fields: writePlainFields(copied.fields, copying),
        copying,
      }),
      loggerFields: copied.isMerged ? '' : source.memory.fields,
      exception: writeException(copied.exception),
    };
  };
  return { read, readBare: (source, _level, message) => bareParts(message, source) };
}

/** Redacts the copy: fields first, so that what the message takes from them is safe, then the sentence as a whole. */
function createRedactingReader(redactor: Redactor, counters: RecordCounters): CallReader {
  const tally = createTally(redactor, counters);
  const filled = (message: string, { memory }: LoggerInstance, { isMerged }: CopiedCall, fields: PlainFields) => {
    if (!message.includes('{')) return { text: message, isTemplate: false };
    const { text, isTemplate } = fillTemplate(message, isMerged ? fields : { ...memory.safe, ...fields });
    return { text: isTemplate ? redactor.text(text) : message, isTemplate };
  };
  const read: CallReader['read'] = (source, level, call, copying) => {
    const { message } = call;
    const copied = copyCall(source, call, copying);
    const { parts, sealed } = redactor.record({
      message,
      fields: copied.fields,
      exception: copied.exception ?? undefined,
    });
    const fields = sealed === null ? (parts.fields as PlainFields) : withRoom(parts.fields as PlainFields);
    const { text, isTemplate } = filled(parts.message, source, copied, fields);
    const exception = copied.exception ?? undefined;
    const isSame = parts.message === message && fields === copied.fields && parts.exception === exception;
    const isCut = isSame && !isTemplate ? false : tally(level);
    return {
      ...partsOf({
        source,
        text,
        template: isTemplate ? parts.message : null,
        call,
        fields: writePlainFields(fields, copying),
        copying,
      }),
      loggerFields: copied.isMerged ? '' : source.memory.fields,
      exception: writeException(parts.exception as PlainFields | undefined),
      sealed,
      isCut: copying.isCut || isCut,
    };
  };
  const readBare: CallReader['readBare'] = (source, level, message) => {
    const text = redactor.text(message);
    if (text === message) return bareParts(message, source);
    return { ...bareParts(text, source), isCut: tally(level) };
  };
  if (!redactor.needsSealer) return { read, readBare };
  // What a rule encrypts is found in messages too, and only a whole record can be sealed.
  return { read, readBare: (source, level, message) => read(source, level, bareCall(message), startCopy(NO_LIMITS)) };
}

/** The envelope stands under `sealed`: a field of that name makes room. */
function withRoom(fields: PlainFields): PlainFields {
  if (!Object.hasOwn(fields, 'sealed')) return fields;
  const { sealed, ...others } = fields;
  return { ...others, sealed_: sealed };
}

const NO_LIMITS: CopyLimits = { ...DEFAULT_COPY_LIMITS, stringLength: Number.POSITIVE_INFINITY };

function bareCall(message: string): LogCall {
  return { message, error: null, errorField: 'error', fields: null };
}

interface CopiedCall {
  /** What is to be written with this record. */
  fields: PlainFields;
  /** Those of the logger too. */
  all: PlainFields;
  /** `fields` hold the logger's too. */
  isMerged: boolean;
  exception: PlainFields | null;
}

function copyCall(source: LoggerInstance, call: LogCall, copying: Copying): CopiedCall {
  const { memory } = source;
  let copied: CopiedException | null = null;
  if (call.error !== null) copied = copyException(call.error, copying);
  const own =
    call.fields === null ? {} : copyFields(call.fields, copying, call.error === null ? null : call.errorField);
  if (copied?.properties != null) own[call.errorField] = copied.properties;
  const isMerged = mustMerge(source, own);
  const all = memory.names.length === 0 ? own : { ...memory.own, ...own };
  return { fields: isMerged ? all : own, all, isMerged, exception: copied?.exception ?? null };
}

/** Whether a call's fields repeat one of the logger's, or the logger's are sealed with each record: then both are written as one. */
function mustMerge({ memory }: LoggerInstance, fields: object | null): boolean {
  if (memory.isSealed) return true;
  if (fields === null || memory.names.length === 0) return false;
  for (const name of memory.names) if (Object.hasOwn(fields, name)) return true;
  return false;
}

interface PartsInput {
  source: LoggerInstance;
  text: string;
  template: string | null;
  call: LogCall;
  fields: string;
  copying: Copying;
}

function partsOf({ source, text, template, call, fields, copying }: PartsInput): CallParts {
  const { memory } = source;
  return {
    text,
    template,
    exception: '',
    loggerFields: memory.fields,
    fields,
    fieldsBytes: bytesWritten(fields, copying),
    hasCategory: memory.hasCategory || (call.fields !== null && Object.hasOwn(call.fields, 'category')),
    hasSequence: memory.hasSequence || (call.fields !== null && Object.hasOwn(call.fields, 'sequence')),
    sealed: null,
    isCut: copying.isCut,
  };
}

function writeException(exception: PlainFields | null | undefined): string {
  return exception === null || exception === undefined ? '' : `,"exception":${JSON.stringify(exception)}`;
}

function cutMessage(message: string, { stringLength }: CopyLimits, copying: Copying): string {
  if (message.length <= stringLength) return message;
  copying.isCut = true;
  return `${message.slice(0, stringLength)}[cut: ${message.length - stringLength} characters]`;
}

/** What the redactor took since the last record, by level; true when something was cut rather than masked. */
function createTally(redactor: Redactor, counters: RecordCounters): (level: Level) => boolean {
  let maskedBefore = 0;
  let cutBefore = 0;
  return (level) => {
    let masked = 0;
    let cut = 0;
    const counts = redactor.counts();
    for (const kind in counts) {
      if (kind.startsWith('too-')) cut += counts[kind]!;
      else masked += counts[kind]!;
    }
    counters.masked[level] += masked - maskedBefore;
    const isCut = cut > cutBefore;
    maskedBefore = masked;
    cutBefore = cut;
    return isCut;
  };
}
