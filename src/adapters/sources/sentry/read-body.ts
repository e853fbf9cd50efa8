import type { DroppedItems, WireRequest } from '../../../core/ingest/ports.ts';
import { InflateError, inflateBody } from '../wire/inflate.ts';
import { refusal } from './replies.ts';

const LOST: Record<'invalid' | 'too-large', DroppedItems[]> = {
  invalid: [{ reason: 'invalid', category: 'default', quantity: 1 }],
  'too-large': [{ reason: 'too-large', category: 'default', quantity: 1 }],
};

/** The body as the client wrote it. Throws `WireRefusal`: 413 past the bound, 400 for what cannot be unpacked. */
export function unpackBody(request: WireRequest, maxBytes: number): Uint8Array {
  return unpackOrRefuse(() => inflateBody(request.body, request.headers['content-encoding'], maxBytes));
}

export function unpackOrRefuse(unpack: () => Uint8Array): Uint8Array {
  try {
    return unpack();
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    if (error.kind === 'too-large') throw tooLarge();
    throw invalid(error.kind === 'unsupported' ? 'unknown content encoding' : 'body is not packed as it says');
  }
}

export function tooLarge(): Error {
  return refusal(413, 'payload too large', LOST['too-large']);
}

export function invalid(detail: string): Error {
  return refusal(400, detail, LOST.invalid);
}
