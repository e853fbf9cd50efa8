import type { Entry } from '../record.ts';

/** The free fields of the application stand under this one object. */
export const FIELDS = 'fields';
/** And here, as `name=JSON`, those whose type does not fit the index, or that are one too many: one mapped field, whatever is in it. */
export const FIELDS_TEXT = 'fields_text';
/** https://www.elastic.co/guide/en/ecs/8.11/ */
const ECS_VERSION = '8.11.0';
const CAUSES = 16;

export interface EcsDocument {
  '@timestamp': string;
  [name: string]: unknown;
}

type Json = Record<string, unknown>;

export interface EcsOptions {
  /** Whether a field, by its path below `fields`, is to be written as text. */
  isText: (path: string, value: unknown) => boolean;
  /** All free fields as text. */
  allAsText?: boolean;
}

/** One record under the names of the Elastic Common Schema; null when the line is no JSON object. */
export function toEcs(entry: Entry, { isText, allAsText = false }: EcsOptions): EcsDocument | null {
  const record = parse(entry.line);
  if (!record) return null;
  const {
    time,
    severity,
    message,
    template,
    logger,
    service,
    environment,
    revision,
    instance,
    traceId,
    spanId,
    exception,
    attributes,
    id,
    ...others
  } = record;
  const { sequence, ...free } = asObject(attributes);
  const texts: string[] = [];
  const fields = split({ ...free, ...others }, { isText, allAsText, texts });
  return withoutEmpty({
    '@timestamp': typeof time === 'string' ? time : new Date().toISOString(),
    ecs: { version: ECS_VERSION },
    message,
    event: withoutEmpty({ id: id ?? entry.id, sequence }),
    log: withoutEmpty({ level: severity, logger }),
    service: withoutEmpty({
      name: service,
      environment,
      version: revision,
      node: instance === undefined ? undefined : { name: instance },
    }),
    trace: traceId === undefined ? undefined : { id: traceId },
    span: spanId === undefined ? undefined : { id: spanId },
    error: errorOf(exception),
    guardian: template === undefined ? undefined : { template },
    [FIELDS]: fields,
    [FIELDS_TEXT]: texts.length > 0 ? texts : undefined,
  }) as EcsDocument;
}

function errorOf(exception: unknown): Json | undefined {
  if (typeof exception === 'string') return { stack_trace: exception, message: exception.split('\n', 1)[0] };
  if (typeof exception !== 'object' || exception === null) return undefined;
  const { type, message } = exception as Json;
  return withoutEmpty({ type, message, stack_trace: stackOf(exception as Json) });
}

/** ECS knows one stack: the causes follow in it, as Node prints them. */
function stackOf(exception: Json): string {
  const stacks: string[] = [];
  let next: unknown = exception;
  for (let depth = 0; depth < CAUSES && typeof next === 'object' && next !== null; depth++) {
    const { stack, type = 'Error', message = '', cause } = next as Json;
    stacks.push(typeof stack === 'string' ? stack : `${String(type)}: ${String(message)}`);
    next = cause;
  }
  if (typeof next === 'string') stacks.push(next);
  return stacks.join('\n[cause]: ');
}

interface Splitting extends Required<EcsOptions> {
  texts: string[];
}

/** Keeps what may be mapped, turns the rest to text; dots in names make paths in an index, so paths are compared. */
function split(free: Json, options: Splitting): Json | undefined {
  const kept: Json = {};
  for (const [name, value] of Object.entries(free)) {
    if (value === undefined || value === null) continue;
    const result = options.allAsText ? asText(name, value, options.texts) : splitValue(name, value, options);
    if (result !== undefined) kept[name] = result;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function splitValue(path: string, value: unknown, options: Splitting): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return options.isText(path, value) ? asText(path, value, options.texts) : value;
  }
  if (options.isText(path, value)) return asText(path, value, options.texts);
  const kept: Json = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue;
    const result = splitValue(`${path}.${name}`, inner, options);
    if (result !== undefined) kept[name] = result;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function asText(path: string, value: unknown, texts: string[]): undefined {
  texts.push(`${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return undefined;
}

function withoutEmpty(object: Json): Json {
  const kept: Json = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0) continue;
    kept[name] = value;
  }
  return kept;
}

function asObject(value: unknown): Json {
  if (value === undefined || value === null) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Json) : { value };
}

function parse(line: string): Json | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}
