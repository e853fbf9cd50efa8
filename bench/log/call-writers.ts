import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { configure, getLogger as getLogtape, reset } from '@logtape/logtape';
import pino from 'pino';
import winston from 'winston';
import Transport from 'winston-transport';
import { fileSink, getLogger, type Sink, type StartOptions, start } from '../../packages/sdk/src/index.ts';

/** A logger as the bench of calls drives it. */
export interface CallWriter {
  plain(): void;
  withFields(order: number): void;
  end(): Promise<void>;
}

export type OpenCallWriter = () => Promise<CallWriter>;

const LOGTAPE_LOGGERS = [
  { category: 'bench', sinks: ['none' as const] },
  // Its own logger says at each start that it has been set up.
  { category: ['logtape', 'meta'], sinks: ['none' as const], lowestLevel: 'fatal' as const },
];
const MESSAGE = 'request done';
const fieldsOf = (order: number) => ({ order, user: 'u-81723', path: '/api/orders', status: 200, durationMs: 12.5 });
const sealedFieldsOf = (order: number) => ({ ...fieldsOf(order), iban: 'FR7630006000011234567890189' });

/** What is logged is made into its text and thrown away. */
export const NULL_WRITERS: Record<string, OpenCallWriter> = {
  pino: async () => ofPino(pino({}, { write: () => undefined })),
  winston: async () => ofWinston(new NullTransport()),
  logtape: async () => {
    const sink = (record: unknown) => void JSON.stringify(record).length;
    await configure({ sinks: { none: sink }, loggers: LOGTAPE_LOGGERS, reset: true });
    const logger = getLogtape('bench');
    return {
      plain: () => logger.info(MESSAGE),
      withFields: (order) => logger.info(MESSAGE, fieldsOf(order)),
      end: () => reset(),
    };
  },
  sdk: () => ofSdk({ redaction: false, folder: null, sinks: [nullSink()] }),
  'sdk, redaction': () => ofSdk({ folder: null, sinks: [nullSink()] }),
  'sdk, redaction, a sealed field': () => ofSealingSdk(),
};

/** A file on the same disk; the SDK with its default durability. */
export const FILE_WRITERS: Record<string, OpenCallWriter> = {
  pino: () =>
    inFolder(async (folder) => ofPino(pino({}, pino.destination({ dest: join(folder, 'pino.log'), sync: true })))),
  'pino, asynchronous': () =>
    inFolder(async (folder) => {
      const destination = pino.destination({ dest: join(folder, 'pino.log'), sync: false, minLength: 4_096 });
      return { ...ofPino(pino({}, destination)), end: async () => destination.flushSync() };
    }),
  winston: () =>
    inFolder(async (folder) => ofWinston(new winston.transports.File({ filename: join(folder, 'winston.log') }))),
  sdk: () =>
    inFolder((folder) => ofSdk({ redaction: false, folder: join(folder, 'spool'), sinks: [fileSink({ folder })] })),
  'sdk, redaction': () => inFolder((folder) => ofSdk({ folder: join(folder, 'spool'), sinks: [fileSink({ folder })] })),
};

class NullTransport extends Transport {
  override log(_info: unknown, done: () => void): void {
    done();
  }
}

/** Makes the bytes of what it gets, as one that sends does. */
function nullSink(): Sink {
  return {
    name: 'null',
    isLocal: true,
    send: async (batch) => {
      Buffer.from(batch.map(({ line }) => line).join('\n'));
      return { kind: 'answered', outcomes: batch.map(() => ({ kind: 'sent' })), roundTripMs: 0 };
    },
  };
}

function ofPino(logger: pino.Logger): CallWriter {
  return {
    plain: () => logger.info(MESSAGE),
    withFields: (order) => logger.info(fieldsOf(order), MESSAGE),
    end: async () => undefined,
  };
}

function ofWinston(transport: Transport): CallWriter {
  const { combine, timestamp, json } = winston.format;
  const logger = winston.createLogger({ format: combine(timestamp(), json()), transports: [transport] });
  return {
    plain: () => void logger.info(MESSAGE),
    withFields: (order) => void logger.info(MESSAGE, fieldsOf(order)),
    end: async () => {
      // Ended while its file holds it up, it would write into what it has just ended, and throw.
      while (logger.readableLength + logger.writableLength + transport.writableLength > 0) await setTimeout(5);
      const finished = once(transport, 'finish');
      logger.end();
      await finished;
    },
  };
}

async function ofSdk(options: Omit<StartOptions, 'service'>, fields = fieldsOf): Promise<CallWriter> {
  const client = await start({ service: 'bench', ...options });
  const logger = getLogger('bench');
  return {
    plain: () => logger.info(MESSAGE),
    withFields: (order) => logger.info(MESSAGE, fields(order)),
    end: async () => void (await client.stop()),
  };
}

function ofSealingSdk(): Promise<CallWriter> {
  return inFolder((folder) =>
    ofSdk(
      {
        folder: null,
        sinks: [nullSink()],
        redaction: { paths: [{ path: 'iban', action: 'encrypt' }] },
        sealing: { wrappingKey: { bytes: new Uint8Array(32).fill(1) }, keyFile: join(folder, 'keys.ndjson') },
      },
      sealedFieldsOf,
    ),
  );
}

let root: string | undefined;

/** Removed with the process: a transport may still open or close its file after it has said that it is through. */
function inFolder(open: (folder: string) => Promise<CallWriter>): Promise<CallWriter> {
  root ??= mkdtempSync(join(tmpdir(), 'guardian-log-call-'));
  return open(mkdtempSync(join(root, 'writer-')));
}

process.once('exit', () => {
  if (root !== undefined) rmSync(root, { recursive: true, force: true });
});
