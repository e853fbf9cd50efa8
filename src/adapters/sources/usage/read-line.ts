import { expandBatch } from '../../../../packages/sdk/src/usage/expand-batch.ts';
import { type BatchRecord, USAGE_BOUNDS } from '../../../../packages/sdk/src/usage/usage-record.ts';
import type { UsageFact } from '../../../core/usage/index.ts';
import type { JsonObject } from '../text/field.ts';
import { isFault, numbersOf, readUsage, type UsageContext, type UsageFault } from './read-usage.ts';

/** What one line holds: a record, or the rows of a batch; `room` is how many records may still come. */
export function readLine(
  record: JsonObject,
  text: string,
  context: UsageContext,
  room: number,
): (UsageFact | UsageFault)[] {
  if (record.kind === 'batch') return readBatch(record, context, room);
  const numbers = numbersOf(record);
  if (room < 1) return [{ ...TOO_MANY, numbers }];
  if (Buffer.byteLength(text) > USAGE_BOUNDS.lineBytes)
    return [{ code: 'too_large', message: `a record has at most ${USAGE_BOUNDS.lineBytes} bytes`, numbers }];
  return [readUsage(record, context)];
}

function readBatch(record: JsonObject, context: UsageContext, room: number): (UsageFact | UsageFault)[] {
  const whole = numbersOf(record);
  try {
    const { records, rejected } = expandBatch(record as unknown as BatchRecord);
    if (records.length > room) return [{ ...TOO_MANY, numbers: whole }];
    const read = records.map((row): UsageFact | UsageFault => {
      const fact = readUsage({ ...row }, context);
      return isFault(fact)
        ? { ...fact, message: `row ${Number.parseInt(row.id.slice(-4), 16)}: ${fact.message}` }
        : fact;
    });
    const faults = rejected.map(({ row, message }) => {
      const number = whole === null ? null : { ...whole, first: whole.first + row, last: whole.first + row };
      return { code: 'invalid_row', message: `row ${row}: ${message}`, numbers: number };
    });
    return [...read, ...faults];
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return [{ code: 'invalid_batch', message: thrown.message.slice(0, 200), numbers: whole }];
  }
}

const TOO_MANY: UsageFault = { code: 'too_many', message: 'a request holds at most 50,000 records' };
