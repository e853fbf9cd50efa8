import type { WireReply } from '../../../core/ingest/ports.ts';

/** The two encodings of OTLP/HTTP; a reply always comes in the request's. */
export type Encoding = 'json' | 'protobuf';

const CONTENT_TYPES: Record<Encoding, string> = { json: 'application/json', protobuf: 'application/x-protobuf' };

/** The encoding of a request by its Content-Type; null for any other. */
export function encodingOf(contentType: string | null | undefined): Encoding | null {
  switch (contentType?.split(';', 1)[0]?.trim().toLowerCase()) {
    case 'application/json':
      return 'json';
    case 'application/x-protobuf':
      return 'protobuf';
    default:
      return null;
  }
}

/** `google.rpc.Status` without its code, which OTLP does not use. Without the library: the thread that serves has to say it, too. */
export function statusReply({
  encoding,
  status,
  message,
}: {
  encoding: Encoding;
  status: number;
  message: string;
}): WireReply {
  return inEncoding(encoding, status, encoding === 'json' ? JSON.stringify({ message }) : messageField(message));
}

export function inEncoding(encoding: Encoding, status: number, body: string | Uint8Array): WireReply {
  return { status, headers: { 'content-type': CONTENT_TYPES[encoding] }, body };
}

/** Field 2: a tag, the length as a varint, UTF-8. */
function messageField(message: string): Uint8Array {
  const text = Buffer.from(message, 'utf8');
  const head = [(2 << 3) | 2];
  let length = text.length;
  for (; length > 0x7f; length >>>= 7) head.push((length & 0x7f) | 0x80);
  return Uint8Array.from([...head, length, ...text]);
}
