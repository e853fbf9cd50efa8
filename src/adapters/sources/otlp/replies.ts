import { Writer } from 'protobufjs/minimal.js';
import { type DroppedItems, WireRefusal, type WireReply } from '../../../core/ingest/ports.ts';
import { type Encoding, inEncoding, statusReply } from './status-reply.ts';

/** What the field for refused items is called in the replies to each signal. */
export type RejectedName = 'rejectedLogRecords' | 'rejectedSpans' | 'rejectedDataPoints';

const PARTIAL_SUCCESS = (1 << 3) | 2;
const REJECTED = 1 << 3;
const ERROR_MESSAGE = (2 << 3) | 2;

/** `Export…ServiceResponse`: `partialSuccess` only where items were refused, or there is something to say. */
export function exportReply(encoding: Encoding, name: RejectedName, rejected: number, message: string): WireReply {
  const isWhole = rejected === 0 && message === '';
  if (encoding === 'json') {
    // int64 is a string in protobuf's JSON.
    const partialSuccess = { [name]: String(rejected), errorMessage: message };
    return inEncoding(encoding, 200, JSON.stringify(isWhole ? {} : { partialSuccess }));
  }
  const writer = Writer.create();
  if (!isWhole) {
    writer.uint32(PARTIAL_SUCCESS).fork();
    if (rejected > 0) writer.uint32(REJECTED).int64(rejected);
    writer.uint32(ERROR_MESSAGE).string(message).ldelim();
  }
  return inEncoding(encoding, 200, writer.finish());
}

/** Of a request of which nothing is taken. */
export function refusal(
  encoding: Encoding,
  status: number,
  message: string,
  dropped: DroppedItems[] = [],
): WireRefusal {
  return new WireRefusal(statusReply({ encoding, status, message }), dropped);
}
