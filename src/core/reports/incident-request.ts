import type { Event, HttpRequest } from '../events/index.ts';
import { endpointOf, type Incident, observedRequest } from '../issues/index.ts';

const NO_REQUEST: HttpRequest = {
  method: null,
  path: null,
  route: null,
  host: null,
  status: null,
  durationMs: null,
  userAgent: null,
  clientAddress: null,
  id: null,
};

/**
 * The event that tells of the incident's request: the representative, or the first member that names one, with what it leaves open filled in
 * from the others. One layer logs the exception, another the status it became.
 */
export function requestEvent({ representative, members }: Pick<Incident, 'representative' | 'members'>): Event {
  const events = [representative, ...members.map(({ event }) => event)];
  const base = events.find((event) => endpointOf(event) !== null) ?? representative;
  const told = [base, ...events].map(observedRequest).filter((request) => request !== null);
  if (told.length === 0) return base;
  const first = <K extends 'method' | 'path' | 'route' | 'host' | 'status' | 'durationMs' | 'userAgent' | 'id'>(
    key: K,
  ) => told.find((request) => request[key] !== null)?.[key] ?? null;
  const request: HttpRequest = {
    ...(base.request ?? NO_REQUEST),
    method: first('method'),
    path: first('path'),
    route: first('route'),
    host: first('host'),
    status: first('status'),
    durationMs: first('durationMs'),
    userAgent: first('userAgent'),
    id: first('id'),
  };
  return { ...base, request };
}
