import { type Agent, type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { endToEndHeaders, forwardedHeaders } from './headers.ts';
import type { ProxyOptions, Upstream } from './proxy.ts';

/** One thing on its way to a revision. */
export interface Passage {
  readonly revision: string;
  /** Makes the request elsewhere; does nothing where it may only be made once, or its answer has begun. */
  move(): void;
  cut(): void;
}

export interface ForwardOptions extends Pick<ProxyOptions, 'choose' | 'onEnd'> {
  passages: Set<Passage>;
  agent: Agent;
  tries: number;
}

/** A request of a client. */
export interface Trip {
  incoming: IncomingMessage;
  response: ServerResponse;
  /** Its body; null: too large to be held, it is streamed and cannot be sent again. */
  held: Buffer | null;
  beganAt: number;
}

/** Asking these twice comes to the same as once: RFC 9110, 9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Sends the request to a revision and its answer back; tried again elsewhere where that is harmless. */
export function forward(trip: Trip, options: ForwardOptions, tried = 0, not: string | null = null): void {
  const upstream = options.choose(not);
  if (upstream) new Forwarding({ trip, options, tried, upstream }).begin();
  else refuse(trip.response, 503, 'No revision takes requests.\n');
}

interface ForwardingOptions {
  trip: Trip;
  options: ForwardOptions;
  tried: number;
  upstream: Upstream;
}

/** One try. It is over once: answered, failed, made again, or left by its client. */
class Forwarding implements Passage {
  readonly revision: string;
  readonly #trip: Trip;
  readonly #options: ForwardOptions;
  readonly #tried: number;
  readonly #upstream: Upstream;
  readonly #mayRepeat: boolean;
  readonly #isIdempotent: boolean;
  readonly #outgoing: ClientRequest;
  #isOver = false;
  #isAnswered = false;

  constructor({ trip, options, tried, upstream }: ForwardingOptions) {
    this.#trip = trip;
    this.#options = options;
    this.#tried = tried;
    this.#upstream = upstream;
    this.revision = upstream.revision;
    this.#mayRepeat = trip.held !== null && tried + 1 < options.tries;
    this.#isIdempotent = IDEMPOTENT.has(trip.incoming.method ?? '');
    this.#outgoing = open(trip, upstream, options.agent);
  }

  begin(): void {
    const { incoming, response, held } = this.#trip;
    this.#options.passages.add(this);
    response.once('close', this.#onClientGone);
    const { timeoutMs } = this.#upstream;
    if (timeoutMs !== null) this.#outgoing.setTimeout(timeoutMs, () => this.#fail(504));
    this.#outgoing.on('error', (error: NodeJS.ErrnoException) => this.#onBroken(error));
    this.#outgoing.on('response', (answer) => this.#giveBack(answer));
    if (held === null) incoming.pipe(this.#outgoing);
    else this.#outgoing.end(held);
  }

  move(): void {
    if (this.#mayRepeat && this.#isIdempotent && !this.#isAnswered) this.#again();
  }

  cut(): void {
    this.#fail(502);
  }

  #onClientGone = (): void => {
    if (this.#trip.response.writableFinished) return;
    this.#over(null);
    this.#outgoing.destroy();
  };

  #onBroken(error: NodeJS.ErrnoException): void {
    if (this.#isOver) return;
    // A connection that was kept and closed by the other side never took the request: any may be made again.
    const wasNeverTaken = error.code === 'ECONNREFUSED' || (this.#outgoing.reusedSocket && error.code === 'ECONNRESET');
    if (!this.#isAnswered && this.#mayRepeat && (this.#isIdempotent || wasNeverTaken)) this.#again();
    else this.#fail(502);
  }

  #again(): void {
    if (this.#isOver) return;
    this.#over(null);
    this.#outgoing.destroy();
    forward(this.#trip, this.#options, this.#tried + 1, this.revision);
  }

  #fail(status: number): void {
    if (this.#isOver) return;
    const { response } = this.#trip;
    this.#over(true);
    this.#outgoing.destroy();
    if (response.headersSent) response.destroy();
    else refuse(response, status, 'The revision did not answer.\n');
  }

  #giveBack(answer: IncomingMessage): void {
    this.#isAnswered = true;
    if (this.#isOver) return;
    const { response } = this.#trip;
    const status = answer.statusCode ?? 502;
    response.writeHead(status, answer.statusMessage, endToEndHeaders(answer.rawHeaders));
    // How long somebody listens says nothing of how fast it answers.
    const isStream = /^text\/event-stream/i.test(answer.headers['content-type'] ?? '');
    answer.on('error', () => {
      this.#over(isStream ? null : true);
      response.destroy();
    });
    answer.on('end', () => this.#over(isStream ? null : status >= 500));
    response.flushHeaders();
    answer.pipe(response);
  }

  /** Null: nobody's fault, it does not count. */
  #over(isError: boolean | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.passages.delete(this);
    this.#trip.response.off('close', this.#onClientGone);
    if (isError === null) return;
    const ms = performance.now() - this.#trip.beganAt;
    this.#options.onEnd({ revision: this.revision, at: Date.now(), ms, isError });
  }
}

function open({ incoming, held }: Trip, { port }: Upstream, agent: Agent): ClientRequest {
  const headers = forwardedHeaders(incoming);
  if (held !== null && held.length > 0) headers['content-length'] = String(held.length);
  if (held === null && incoming.headers['content-length'] === undefined) headers['transfer-encoding'] = 'chunked';
  return request({ host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers, agent });
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' });
  response.end(text);
}
