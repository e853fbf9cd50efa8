import { SEVERITY } from '../../../core/events/index.ts';
import { asName } from './read-value.ts';

const BY_LEVEL: Readonly<Record<string, number>> = {
  trace: SEVERITY.trace,
  debug: SEVERITY.debug,
  info: SEVERITY.info,
  log: SEVERITY.info,
  notice: SEVERITY.notice,
  warn: SEVERITY.warn,
  warning: SEVERITY.warn,
  error: SEVERITY.error,
  critical: SEVERITY.critical,
  fatal: SEVERITY.fatal,
};

/** A level's name; null when it is none of Sentry's. */
export function severityOfLevel(level: unknown): { severityNumber: number; severityText: string } | null {
  const text = asName(level, 32);
  const name = text?.toLowerCase() ?? '';
  return text !== null && Object.hasOwn(BY_LEVEL, name)
    ? { severityNumber: BY_LEVEL[name] ?? SEVERITY.unset, severityText: text }
    : null;
}
