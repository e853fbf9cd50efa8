import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Smaller bodies gain nothing. */
const GZIP_ABOVE_BYTES = 1024;
/** The fastest: a batch of JSON becomes a tenth with it, and the better levels cost several times the work. */
const GZIP_LEVEL = 1;
/** Of an answer; an index tells some 200 bytes of each of 10,000 documents. */
const ANSWER_BYTES = 16 * 1024 * 1024;
/** As many as a delivery has batches under way. */
const CONNECTIONS = 8;

const pack = promisify(gzip);

/** What a signing hook gets, and what it gives replaces the headers' part of it. */
export interface SignableRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface ConnectionOptions {
  /** Certificates (PEM) that are trusted instead of the system's. There is no way to trust none. */
  ca?: string | Buffer | (string | Buffer)[];
  /** False: bodies are never packed. */
  compress?: boolean;
}

export interface Question {
  method: 'POST' | 'PUT' | 'GET' | 'HEAD';
  url: URL;
  headers: Record<string, string>;
  body?: string;
  sign?: (request: SignableRequest) => Record<string, string> | Promise<Record<string, string>>;
}

export type Answered = { status: number; headers: IncomingMessage['headers']; text: string; roundTripMs: number };
/** Nothing, or not all of it, came back. */
export type Unanswered = { failure: string; isCertificate: boolean };

export interface Connection {
  ask(question: Question, signal: AbortSignal): Promise<Answered | Unanswered>;
  close(): void;
}

/** Connections that are kept and used again; the last one used first, so that spare ones end by themselves. Certificates are always verified. */
export function connect({ ca, compress = true }: ConnectionOptions): Connection {
  const settings = {
    keepAlive: true,
    maxSockets: CONNECTIONS,
    maxFreeSockets: CONNECTIONS,
    scheduling: 'lifo',
  } as const;
  const plain = new HttpAgent(settings);
  // Said here, it holds against NODE_TLS_REJECT_UNAUTHORIZED too.
  const secure = new HttpsAgent({ ...settings, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) });
  return {
    async ask(question, signal) {
      try {
        const { headers, body } = await dress(question, compress);
        const options: RequestOptions = { method: question.method, headers, signal };
        const isSecure = question.url.protocol === 'https:';
        return await exchange({ url: question.url, options, body, agent: isSecure ? secure : plain, mayRepeat: true });
      } catch (error) {
        return failureOf(error);
      }
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

async function dress({ method, url, headers, body = '', sign }: Question, compress: boolean) {
  let bytes: Buffer = Buffer.from(body);
  const all: Record<string, string> = { ...headers };
  if (compress && bytes.length > GZIP_ABOVE_BYTES) {
    bytes = await pack(bytes, { level: GZIP_LEVEL });
    all['content-encoding'] = 'gzip';
  }
  if (method === 'POST' || method === 'PUT') all['content-length'] = String(bytes.length);
  if (sign) Object.assign(all, await sign({ method, url: url.href, headers: all, body: bytes }));
  return { headers: all, body: bytes };
}

interface Exchange {
  url: URL;
  options: RequestOptions;
  body: Buffer;
  agent: HttpAgent | HttpsAgent;
  mayRepeat: boolean;
}

function exchange({ url, options, body, agent, mayRepeat }: Exchange): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = start(url, { ...options, agent }, (response) => {
      readText(response).then((text) => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, text, roundTripMs: performance.now() - startedAt });
      }, reject);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The other side ended a connection that rested just as it was taken up again: nothing was answered, so it is no failure of the sink.
      const wasStale = mayRepeat && request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (wasStale) exchange({ url, options, body, agent, mayRepeat: false }).then(resolve, reject);
      else reject(error);
    });
    request.end(body);
  });
}

function readText(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    response.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > ANSWER_BYTES) response.destroy(new Error('the answer is too long'));
      else parts.push(part);
    });
    response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    response.on('error', reject);
    response.on('close', () => {
      if (!response.complete) reject(new Error('the answer broke off'));
    });
  });
}

/** As OpenSSL and Node name what is wrong with a certificate. */
const CERTIFICATE_ERROR =
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|UNABLE_TO_DECRYPT|UNABLE_TO_DECODE_ISSUER|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|CRL_/;

function failureOf(error: unknown): Unanswered {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  return { failure: message === '' ? code : message, isCertificate: CERTIFICATE_ERROR.test(code) };
}
