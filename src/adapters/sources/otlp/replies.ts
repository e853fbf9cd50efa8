import { Writer } from 'protobufjs/minimal.js';
import { type DroppedItems, WireRefusal, type WireReply } from '../../../core/ingest/ports.ts';

/** The two encodings of OTLP/HTTP; a reply always comes in the request's. */
export type Encoding = 'json' | 'protobuf';

const CONTENT_TYPES: Record<Encoding, string> = { json: 'application/json', protobuf: 'application/x-protobuf' };

/** The encoding of a request by its Content-Type; null for any other. */
export function encodingOf(contentType: string | undefined): Encoding | null {
  switch (contentType?.split(';', 1)[0]?.trim().toLowerCase()) {
    case 'application/json':
      return 'json';
    case 'application/x-protobuf':
      return 'protobuf';
    default:
      return null;
  }
}

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
    return replyOf(encoding, 200, JSON.stringify(isWhole ? {} : { partialSuccess }));
  }
  const writer = Writer.create();
  if (!isWhole) {
    writer.uint32(PARTIAL_SUCCESS).fork();
    if (rejected > 0) writer.uint32(REJECTED).int64(rejected);
    writer.uint32(ERROR_MESSAGE).string(message).ldelim();
  }
  return replyOf(encoding, 200, writer.finish());
}

/** `Status{message}` (google.rpc.Status) as the reply to a request of which nothing is taken. */
export function refusal(
  encoding: Encoding,
  status: number,
  message: string,
  dropped: DroppedItems[] = [],
): WireRefusal {
  const body =
    encoding === 'json'
      ? JSON.stringify({ message })
      : Writer.create()
          .uint32((2 << 3) | 2)
          .string(message)
          .finish();
  return new WireRefusal(replyOf(encoding, status, body), dropped);
}

function replyOf(encoding: Encoding, status: number, body: string | Uint8Array): WireReply {
  return { status, headers: { 'content-type': CONTENT_TYPES[encoding] }, body };
}
