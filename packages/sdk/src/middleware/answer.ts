import type { IncomingRequest } from '../usage/index.ts';

/** Of node's `ServerResponse` (and that of HTTP/2), all that the middlewares touch. */
export interface Answer {
  readonly statusCode: number;
  readonly writableEnded: boolean;
  readonly writableFinished?: boolean;
  readonly errored?: Error | null;
  on(event: 'close', listener: () => void): unknown;
}

/**
 * The status to record once `close` came: as answered when the answer went out whole. Cut short, it is 499 if the client left, and at
 * least 500 if the application broke it off. Node says `finish` too when a broken connection threw the rest away, so the
 * connection is asked as well; what befalls it after the answer comes in a later turn.
 */
export function statusAtClose(answer: Answer, { socket }: IncomingRequest, thrown: unknown): number {
  const isOut = answer.writableFinished ?? answer.writableEnded;
  if (isOut) return socket?.errored === null || socket?.errored === undefined ? answer.statusCode : 499;
  const isOwnFault = thrown !== undefined || (answer.errored !== null && answer.errored !== undefined);
  return isOwnFault ? Math.max(500, answer.statusCode) : 499;
}

/** Of the `url` of a request, what stands before its query. Nothing else of it is looked at. */
export function pathOf(url: string | undefined): string {
  if (url === undefined) return '/';
  for (let index = 0; index < url.length; index++) {
    const code = url.charCodeAt(index);
    if (code === 63 || code === 35) return url.slice(0, index);
  }
  return url;
}
