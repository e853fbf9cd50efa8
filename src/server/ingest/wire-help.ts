import type { WireReply } from '../../core/ingest/index.ts';

/** What the HTTP side has to know of wire formats before it hands a body over. */
export interface WireHelp {
  /** Key and project of the DSN in the first line of a Sentry envelope; null: it has none. */
  readEnvelopeDsn(body: Uint8Array, contentEncoding: string | null): { key: string; project: string } | null;
  /** What Elasticsearch clients ask before they send; null: not a set-up request. `path` begins after `/elastic`. */
  elasticSetUpReply(request: { method: string; path: string; accept: string | null }): WireReply | null;
  /** An error of the whole request, in the words and the type that an Elasticsearch client knows. */
  elasticError(error: { status: number; reason: string; accept: string | null }): WireReply;
  /** `google.rpc.Status`, in the encoding of the request. */
  otlpStatus(error: { status: number; message: string; contentType: string | null }): WireReply;
  /** Null: only an ingest key is taken. */
  verifyPush: TokenCheck | null;
}

/** Whether Google signed an OIDC token, for us. `unavailable`: that cannot be known now, since its keys cannot be had. */
export type TokenCheck = (token: string) => Promise<'accepted' | 'refused' | 'unavailable'>;
