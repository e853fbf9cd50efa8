import { Writable } from 'node:stream';
import { getJsonLinesFormatter, type LogRecord } from '@logtape/logtape';
import {
  CREDIT_CARD_NUMBER_PATTERN,
  DEFAULT_REDACT_FIELDS,
  EMAIL_ADDRESS_PATTERN,
  JWT_PATTERN,
  redactByField,
  redactByPattern,
} from '@logtape/redaction';
import pino from 'pino';

/** Writes one record as the logger would, and gives the line. */
export type WriteRecord = (message: string, fields: Record<string, unknown>) => string;

/** The names of the corpus that whoever sets a redacting logger up would think of. */
const NAMES = [
  'password',
  'dbPassword',
  'user_passwd',
  'client-secret',
  'apiKey',
  'x-api-key',
  'authorization',
  'cookie',
  'accessToken',
  'session_id',
  'privateKey',
  'credentials',
];

export function pinoWriter(redact: readonly string[] | null): WriteRecord {
  let line = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      line = chunk.toString();
      done();
    },
  });
  const logger = pino({ base: null, ...(redact === null ? {} : { redact: [...redact] }) }, destination);
  return (message, fields) => {
    logger.info(fields, message);
    return line;
  };
}

const quoted = NAMES.map((name) => (/^\w+$/.test(name) ? name : `["${name}"]`));

/** Each name at the top of a record. */
export const PINO_STATIC = quoted;
/** Each name at the top, and one, two and three levels down. */
export const PINO_WILDCARDS = quoted.flatMap((name) => {
  const inner = name.startsWith('[') ? name : `.${name}`;
  return [name, `*${inner}`, `*.*${inner}`, `*.*.*${inner}`];
});

/** Field patterns as published by default, with all its value patterns that are no national numbers. */
export function logtapeWriter(isRedacting: boolean): WriteRecord {
  let line = '';
  const plain = getJsonLinesFormatter();
  const format = isRedacting
    ? redactByPattern(plain, [EMAIL_ADDRESS_PATTERN, CREDIT_CARD_NUMBER_PATTERN, JWT_PATTERN])
    : plain;
  const write = (record: LogRecord) => {
    line = format(record) as string;
  };
  const sink = isRedacting
    ? redactByField(write, { fieldPatterns: DEFAULT_REDACT_FIELDS, action: () => '[REDACTED]' })
    : write;
  return (message, fields) => {
    sink({
      category: ['shop'],
      level: 'info',
      message: [message],
      rawMessage: message,
      timestamp: 1_900_000_000_000,
      properties: fields,
    });
    return line;
  };
}
