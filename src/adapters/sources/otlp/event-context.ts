import type { Event } from '../../../core/events/index.ts';
import type { WireRequest } from '../../../core/ingest/ports.ts';
import { setOwn } from '../text/bounds.ts';
import { EventIds } from './event-id.ts';
import type { Attributes } from './items.ts';
import type { ResourceFields } from './resource-fields.ts';

/** What all events of one scope share. */
export interface EventContext {
  resource: ResourceFields;
  /** The instrumentation scope: the logger's name in most languages; empty when it has none. */
  scope: string;
  request: Pick<WireRequest, 'project' | 'trust' | 'receivedAt'>;
  ids: EventIds;
  /** Events whose time is no part of what makes a repeat a repeat, with 0: see `WireBatch.claimedTimes`. */
  claimedTimes: Map<string, number>;
  /** How many items of the request came before. */
  position: number;
}

export function createEventContext(request: EventContext['request'], resource: ResourceFields): EventContext {
  return { request, resource, scope: '', ids: new EventIds(), claimedTimes: new Map(), position: 0 };
}

/** The fields of an event that come from its context; the rest is nothing yet. */
export function eventOfContext({ resource, scope, request, position }: EventContext, signal: 'logs' | 'spans'): Event {
  return {
    id: '',
    time: request.receivedAt,
    observedTime: request.receivedAt,
    timeSuspect: false,
    severityNumber: 0,
    severityText: null,
    body: '',
    template: null,
    service: resource.service,
    environment: resource.environment,
    revision: resource.revision,
    instance: resource.instance,
    logger: scope === '' ? null : scope,
    exceptions: [],
    stackText: null,
    request: null,
    traceId: null,
    spanId: null,
    user: null,
    breadcrumbs: [],
    attributes: {},
    payload: null,
    source: {
      kind: 'otlp',
      name: request.project.slug,
      position: `${signal} ${position + 1}`,
      stream: `${signal}|${resource.key}|${scope}`,
    },
    trust: request.trust,
    truncated: resource.isCut,
    entries: 1,
  };
}

/** The record's own attributes and those of its resource; its own win. `attributes` is added to. */
export function withResource({ values }: Attributes, resource: ResourceFields): Record<string, unknown> {
  for (const [name, value] of resource.attributes) if (!Object.hasOwn(values, name)) setOwn(values, name, value);
  return values;
}
