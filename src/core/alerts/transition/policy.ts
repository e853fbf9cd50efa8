import type { Messages } from '../../shared/index.ts';
import type { Alert } from '../alert.ts';

/** What transitions need to know besides the rows. Spans in ms. */
export interface AlertPolicy {
  /**
   * When an alert is told again, and as what: the notification policy decides, asked for the row as it is from `at` on. Null: nothing more is sent until
   * it changes.
   */
  nextSend(
    alert: Alert,
    at: number,
  ): { at: number; kind: 'repeat' | 'lapse' } | { at: number; kind: 'escalate'; step: number } | null;
  /** How long an acknowledgement holds; 4 h. */
  acknowledgedForMs: number;
  /** The third firing or a later one that begins so soon after the one before began is flapping; 30 min. */
  flappingWithinMs: number;
  /** The language of the installation: what its rows hold. */
  messages: Messages;
  /** Id of a new row: `alert-` and 14 hex digits. */
  newId(): string;
}

/** Looks in a row that could not, after which the rule itself is an alert. */
export const UNKNOWN_LIMIT = 3;
