import type { Event } from '../../../core/events/index.ts';
import type { TimeContext } from '../text/read-time.ts';

/** What all records of a request share. */
export interface NativeContext {
  time: TimeContext;
  receivedAt: number;
  project: string;
  trust: Event['trust'];
}

/** Why a record was not taken. */
export interface Fault {
  code: FaultCode;
  /** Safe to show: names the field, holds nothing of the record. */
  message: string;
}

export type FaultCode =
  | 'invalid_json'
  | 'invalid_event'
  | 'missing_message'
  | 'invalid_id'
  | 'invalid_time'
  | 'invalid_severity'
  | 'invalid_exception'
  | 'invalid_field'
  | 'too_large'
  | 'too_many';

/** What is wrong with a record; the first finding counts. */
export interface FaultFinding {
  fault: Fault | null;
}

export function isFault(read: Event | Fault): read is Fault {
  return 'code' in read;
}
