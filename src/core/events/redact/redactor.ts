import {
  createRedactor as createValueRedactor,
  DEFAULT_LIMITS,
  type RedactionLimits,
  type Redactor as ValueRedactor,
} from '../../../../packages/sdk/src/redact/index.ts';
import type { Event, Exception, HttpRequest } from '../event.ts';

/** The redactor that clients have, and what it does with events. Everything it returns is safe to store and show. */
export interface Redactor extends Pick<ValueRedactor, 'text' | 'code' | 'value' | 'counts'> {
  /** A copy of the event with every text in it redacted; parts that need no change are shared with the original. */
  event(event: Event): Event;
}

export interface RedactorOptions {
  /**
   * Own secrets by name: `iban` (that field anywhere, also in `key=value` text) or by path with `*` (one segment) and `**` (any
   * number): `payload.customer.**`, `attributes.*.iban`. An event's paths begin with its own fields.
   */
  paths?: readonly string[];
  /**
   * Client addresses (IPv4, IPv6) in text: `redact`, `keep`, or `pseudonym`, which keeps equal ones equal without telling them. The field
   * `request.clientAddress`, which is never shown, becomes a pseudonym in both: scans are told apart by their client.
   */
  clientAddresses?: 'redact' | 'keep' | 'pseudonym';
  limits?: Partial<RedactionLimits>;
}

/** Bounds and choices of redaction. */
export const DEFAULT_REDACTION = {
  /** Addresses identify people; a report needs them only where the user says so. */
  clientAddresses: 'redact',
  ...DEFAULT_LIMITS,
} as const;

const ADDRESS_ACTIONS = { redact: 'mask', keep: 'keep', pseudonym: 'pseudonym' } as const;

/** One key for pseudonyms lives as long as the redactor and is never shown. */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const addresses = options.clientAddresses ?? DEFAULT_REDACTION.clientAddresses;
  const redactor = createValueRedactor({
    paths: options.paths ?? [],
    rules: { 'ip-address': ADDRESS_ACTIONS[addresses] },
    pseudonymForm: 'short',
    limits: options.limits ?? {},
    isParsedJson: true,
  });
  const { text, code, value, counts } = redactor;
  return {
    text,
    code,
    value,
    event: (event) => redactEvent(event, redactor, addresses === 'keep' ? null : redactor.address),
    counts,
  };
}

function redactEvent(event: Event, redactor: ValueRedactor, address: ((value: string) => string) | null): Event {
  const { text } = redactor;
  const optional = (value: string | null): string | null => (value === null ? null : text(value));
  const structured = redactor.value({ attributes: event.attributes, payload: event.payload }) as Pick<
    Event,
    'attributes' | 'payload'
  >;
  return {
    ...event,
    severityText: optional(event.severityText),
    body: text(event.body),
    template: optional(event.template),
    logger: optional(event.logger),
    instance: optional(event.instance),
    exceptions:
      event.exceptions.length === 0
        ? event.exceptions
        : event.exceptions.map((exception) => redactException(exception, text)),
    stackText: optional(event.stackText),
    request: event.request === null ? null : redactRequest(event.request, text, address),
    user: event.user === null ? null : { id: optional(event.user.id), name: optional(event.user.name) },
    breadcrumbs:
      event.breadcrumbs.length === 0
        ? event.breadcrumbs
        : event.breadcrumbs.map((crumb) => ({
            ...crumb,
            category: optional(crumb.category),
            message: text(crumb.message),
          })),
    attributes: structured.attributes,
    payload: structured.payload,
    source: { ...event.source, name: text(event.source.name) },
  };
}

function redactException(exception: Exception, text: (value: string) => string): Exception {
  return {
    ...exception,
    type: exception.type === null ? null : text(exception.type),
    message: exception.message === null ? null : text(exception.message),
    frames: exception.frames.map((frame) => ({
      ...frame,
      file: frame.file === null ? null : text(frame.file),
      code: frame.code === null ? null : text(frame.code),
    })),
  };
}

function redactRequest(
  request: HttpRequest,
  text: (value: string) => string,
  address: ((value: string) => string) | null,
): HttpRequest {
  const optional = (value: string | null): string | null => (value === null ? null : text(value));
  return {
    ...request,
    method: optional(request.method),
    path: optional(request.path),
    route: optional(request.route),
    host: optional(request.host),
    userAgent: optional(request.userAgent),
    clientAddress:
      request.clientAddress === null || address === null ? request.clientAddress : address(request.clientAddress),
    id: optional(request.id),
  };
}
