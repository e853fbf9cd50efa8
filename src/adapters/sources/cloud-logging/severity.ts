import { SEVERITY } from '../../../core/events/index.ts';

export interface ReadSeverity {
  severityNumber: number;
  severityText: string | null;
}

const BY_NAME: Record<string, number> = {
  default: SEVERITY.unset,
  trace: SEVERITY.trace,
  verbose: SEVERITY.trace,
  silly: SEVERITY.trace,
  debug: SEVERITY.debug,
  info: SEVERITY.info,
  information: SEVERITY.info,
  informational: SEVERITY.info,
  notice: SEVERITY.notice,
  warn: SEVERITY.warn,
  warning: SEVERITY.warn,
  error: SEVERITY.error,
  err: SEVERITY.error,
  severe: SEVERITY.error,
  critical: SEVERITY.critical,
  crit: SEVERITY.critical,
  dpanic: SEVERITY.critical,
  alert: SEVERITY.alert,
  fatal: SEVERITY.fatal,
  panic: SEVERITY.fatal,
  emergency: SEVERITY.fatal,
  emerg: SEVERITY.fatal,
};

/** LogSeverity as its enum numbers (https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity). */
const BY_ENUM: Record<number, number> = {
  0: SEVERITY.unset,
  100: SEVERITY.debug,
  200: SEVERITY.info,
  300: SEVERITY.notice,
  400: SEVERITY.warn,
  500: SEVERITY.error,
  600: SEVERITY.critical,
  700: SEVERITY.alert,
  800: SEVERITY.fatal,
};

/** pino's levels, by tens. */
const BY_TENS = [
  SEVERITY.unset,
  SEVERITY.trace,
  SEVERITY.debug,
  SEVERITY.info,
  SEVERITY.warn,
  SEVERITY.error,
  SEVERITY.fatal,
];

/** A level of a LogEntry or of a logger's own field, as name or number; unknown ones are unset and keep their text. */
export function readSeverity(value: unknown): ReadSeverity {
  if (typeof value === 'number') {
    const tens = value >= 10 && value < 70 ? BY_TENS[Math.floor(value / 10)] : undefined;
    return { severityNumber: BY_ENUM[value] ?? tens ?? SEVERITY.unset, severityText: String(value) };
  }
  if (typeof value !== 'string' || value === '') return { severityNumber: SEVERITY.unset, severityText: null };
  const name = value.trim().toLowerCase();
  return {
    severityNumber: Object.hasOwn(BY_NAME, name) ? BY_NAME[name]! : SEVERITY.unset,
    severityText: value.slice(0, 64),
  };
}

/** The one that says more: a level of the entry stands unless the logger's own field is higher. */
export function higherSeverity(entry: ReadSeverity, own: ReadSeverity): ReadSeverity {
  const isOwn = own.severityNumber > entry.severityNumber || entry.severityText === null;
  const { severityNumber, severityText } = isOwn ? own : entry;
  return { severityNumber, severityText };
}
