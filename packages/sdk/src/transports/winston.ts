import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';
import { loggerOf } from '../logger/registry.ts';
import { discardingStream, isMissing, tellMissing } from './missing-peer.ts';
import { readWinstonInfo } from './read-winston-info.ts';

/** What every winston transport takes. */
export interface WinstonTransportOptions {
  /** Name of the logger that the records are from. Default `winston`. */
  logger?: string;
  /** The quietest level, in winston's words. */
  level?: string;
  silent?: boolean;
  handleExceptions?: boolean;
  handleRejections?: boolean;
}

type Info = Record<string | symbol, unknown>;
type TransportClass = new (options: object) => Writable;

/**
 * winston's transport: `winston.createLogger({ transports: [guardianTransport()] })`. Writes through the client that `start()` began.
 * Needs `winston-transport`, which comes with winston.
 */
export function guardianTransport({ logger = 'winston', ...options }: WinstonTransportOptions = {}): Writable {
  const Transport = loadTransport();
  if (Transport === null) return discardingStream();
  return new Transport({
    ...options,
    log: (info: Info, done: () => void) => {
      const { level, message, fields, extras } = readWinstonInfo(info);
      loggerOf(logger).logAs(level, message, fields, extras);
      done();
    },
  });
}

function loadTransport(): TransportClass | null {
  try {
    return createRequire(import.meta.url)('winston-transport') as TransportClass;
  } catch (error) {
    if (!isMissing(error)) throw error;
    tellMissing('winston-transport', 'nothing of winston reaches Guardian');
    return null;
  }
}
