/**
 * The only place that reads a header of a request, and all that it reads: `user-agent`, `dnt`, `sec-gpc`, `traceparent`, and the one that
 * the application declared for addresses behind its proxies. A test holds every source file of the package to this list.
 */
export interface RequestHeaders {
  readonly [name: string]: string | string[] | undefined;
}

export function userAgentOf(headers: RequestHeaders): string | undefined {
  const value = headers['user-agent'];
  return typeof value === 'string' ? value : undefined;
}

/** Whether the person behind the request asked not to be followed. */
export function isOptedOut(headers: RequestHeaders): boolean {
  return headers.dnt === '1' || headers['sec-gpc'] === '1';
}

/** As it came; what is no valid one is left out when the record is written. */
export function traceParentOf(headers: RequestHeaders): string | undefined {
  const value = headers.traceparent;
  return typeof value === 'string' ? value : undefined;
}

/** The header that the application declared, several of them joined as one. */
export function declaredHeaderOf(headers: RequestHeaders, declaredName: string): string | undefined {
  const value = headers[declaredName];
  return Array.isArray(value) ? value.join(',') : value;
}

/** The 32 hex digits of a valid `traceparent` (W3C Trace Context 1): lower case, not all zero. */
export function traceIdOf(traceParent: string): string | undefined {
  const traceId = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceParent.slice(0, 64))?.[1];
  return traceId === undefined || /^0+$/.test(traceId) || traceParent.startsWith('ff') ? undefined : traceId;
}

/** The same headers out of a `Headers` of fetch, for runtimes without node's request. The declared one needs a socket, so it is not there. */
export function requestOfFetch(headers: { get(name: string): string | null }): { headers: RequestHeaders } {
  return {
    headers: {
      'user-agent': headers.get('user-agent') ?? undefined,
      dnt: headers.get('dnt') ?? undefined,
      'sec-gpc': headers.get('sec-gpc') ?? undefined,
      traceparent: headers.get('traceparent') ?? undefined,
    },
  };
}
