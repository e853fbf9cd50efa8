import { z } from 'zod';
import { positive } from './pieces.ts';

/** Errors of one service within the window at which an alert fires; criticals count as errors too. */
export const ALERT_THRESHOLD_ERROR = 10;
/** Critical and fatal events of one service within the window at which an alert fires. */
export const ALERT_THRESHOLD_CRITICAL = 5;

export const alerting = z.strictObject({
  errors: positive
    .default(ALERT_THRESHOLD_ERROR)
    .describe('error records of a service within the window that raise ERROR_THRESHOLD; records, not incidents'),
  criticals: positive
    .default(ALERT_THRESHOLD_CRITICAL)
    .describe('critical records of a service within the window that raise CRITICAL_THRESHOLD'),
  windowMs: positive
    .default(5 * 60_000)
    .describe('ms of event time; more joins the alert, a window without any resolves it'),
});
