import { isError } from '../logger/describe-error.ts';
import { loggerOf } from '../logger/registry.ts';
import type { Fields, LevelName } from '../record.ts';

export interface CaptureDetails {
  /** Default `error`. */
  level?: LevelName;
  /** Default: the error's own. */
  message?: string;
  fields?: Fields;
}

const LOGGER = 'exceptions';

/** Records an error that was caught: logger `exceptions`, category `errors`. What was thrown need not be an error. Never throws. */
export function captureException(error: unknown, { level = 'error', message, fields }: CaptureDetails = {}): void {
  writeException(error, { level, message, fields });
}

/** What `uncaughtExceptionMonitor` tells. */
export function captureUncaught(error: unknown, origin: string): void {
  writeException(error, { level: 'fatal', message: undefined, fields: { handled: false, origin } });
}

interface Exception {
  level: LevelName;
  message: string | undefined;
  fields: Fields | undefined;
}

function writeException(error: unknown, { level, message, fields }: Exception): void {
  const logger = loggerOf(LOGGER);
  const about = { category: 'errors', ...fields };
  if (!isError(error)) {
    logger.log(level, message ?? 'thrown: {thrown}', { ...about, thrown: error });
  } else if (message === undefined) {
    logger.log(level, error, about);
  } else {
    logger.log(level, message, { ...about, err: error });
  }
}
