import { createHistogram, type LogHistogram } from '../../shared/index.ts';
import type { Event } from '../event.ts';
import type { Span } from '../trace/span.ts';
import { timerOf } from '../trace/timer-of.ts';
import type { AnalyticsBatch } from './analytics.ts';
import { templateOf } from './template-of.ts';

const MINUTE_MS = 60_000;
const ERROR = 17;
const CRITICAL = 18;
/** Instants of one second of one service that are told apart: windows that slide need no more. */
export const INSTANTS_PER_SECOND = 20;
/** Under this name are counted the names beyond a bound. */
export const OTHER = '(other)';
/** What came with no service, or was refused before one could be read. */
const NO_SERVICE = '(unknown)';
/** Names of one batch; each is a row three times. */
const MOST_SERIES = 2_000;
const MOST_TEMPLATES = 500;
const MOST_OPERATIONS = 200;
const LONGEST_NAME = 200;
/** A record that says it stands for more was made to mislead. */
const MOST_FOLDED = 10_000_000;
/** Where the SDK tells of records that it had to drop. */
const DELIVERY_LOGGER = 'guardian.delivery';
const AGENT_LOGGER = 'agent.';
/** Why a client could not seal, as the SDK says it under `attributes.sealed.failed`. */
const UNSEALED = ['no-key', 'too-large', 'unsealable'];
/** Services and reasons of one batch. */
const MOST_UNSEALED = 100;

interface Operation {
  count: number;
  failures: number;
  durations: LogHistogram;
}

interface Counted {
  projectId: number;
  service: string;
  logger: string;
  agent: string;
  category: string;
  at: number;
  events: number;
  errors: number;
  dropped: number;
  lastAt: number;
  /** By severity class. */
  templates: Map<number, Map<string, number>>;
  templateCount: number;
  operations: Map<string, Operation>;
}

interface ErrorsOfService {
  projectId: number;
  service: string;
  instants: Map<number, { errors: number; criticals: number }>;
  /** How many instants of that second there are, and one of them. */
  perSecond: Map<number, { latest: number; count: number }>;
}

/** Counts one batch in memory: one row of it goes along with the events, and no event costs a statement. */
export class BatchAnalytics {
  readonly #counted = new Map<string, Counted>();
  #last: Counted | null = null;
  /** By project and service; then by instant. */
  readonly #errors = new Map<string, ErrorsOfService>();
  readonly #unsealed = new Map<string, NonNullable<AnalyticsBatch['unsealed']>[number]>();

  /** Only of events that are new: repeats count once. `time`: epoch ms at which it stands. */
  addEvent(event: Event, place: { projectId: number; service: string; time: number; severityClass: number }): void {
    const { projectId, service, time, severityClass } = place;
    const { attributes } = event;
    const logger = event.logger ?? '';
    const category = nameOf(attributes.category);
    const counted = this.#at(time - (time % MINUTE_MS), projectId, service, logger, category);
    const weight = weightOf(attributes);
    counted.events += weight;
    if (severityClass >= ERROR) {
      counted.errors += weight;
      this.#addError(counted, time, weight, event.severityNumber >= CRITICAL);
    }
    if (time > counted.lastAt) counted.lastAt = time;
    if (attributes.sealed !== undefined) this.#addUnsealed(counted, attributes.sealed, weight);
    if (logger === DELIVERY_LOGGER) counted.dropped += droppedOf(attributes);
    addTemplate(counted, severityClass, templateOf(event), weight);
    if (category !== 'performance') return;
    const timer = timerOf(event);
    if (timer !== null) addOperation(counted, timer.name, timer.durationMs, timer.isFailed);
  }

  addSpan({ projectId, service, start, name, durationMs, status }: Span): void {
    const at = Math.floor(start);
    const counted = this.#at(at - (at % MINUTE_MS), projectId, service, '', '');
    addOperation(counted, name, durationMs, status === 'error');
  }

  addDropped({ projectId, quantity }: { projectId: number; quantity: number }, at: number): void {
    this.#at(at - (at % MINUTE_MS), projectId, NO_SERVICE, '', '').dropped += quantity;
  }

  /** Null: there was nothing. */
  take(): AnalyticsBatch | null {
    if (this.#counted.size === 0) return null;
    const series = [...this.#counted.values()].map(({ templates, templateCount: _, operations, ...counted }) => ({
      ...counted,
      templates: [...templates].flatMap(([severity, counts]) =>
        [...counts].map(([template, count]): [number, string, number] => [severity, template, count]),
      ),
      operations: [...operations].map(([name, { count, failures, durations }]): [string, number, number, number[]] => [
        name,
        count,
        failures,
        durations.encode(),
      ]),
    }));
    const errors = [...this.#errors.values()].flatMap(({ projectId, service, instants }) =>
      [...instants].map(([at, { errors, criticals }]): AnalyticsBatch['errors'][number] => [
        projectId,
        service,
        at,
        errors,
        criticals,
      ]),
    );
    if (this.#unsealed.size === 0) return { series, errors };
    return { series, errors, unsealed: [...this.#unsealed.values()] };
  }

  #addUnsealed({ projectId, service }: Counted, sealed: unknown, weight: number): void {
    if (typeof sealed !== 'object' || sealed === null || !('failed' in sealed)) return;
    const reason = UNSEALED.find((known) => known === sealed.failed) ?? OTHER;
    const key = `${projectId} ${service}\0${reason}`;
    const known = this.#unsealed.get(key);
    if (known) known[3] += weight;
    else if (this.#unsealed.size < MOST_UNSEALED) this.#unsealed.set(key, [projectId, service, reason, weight]);
  }

  #addError({ projectId, service }: Counted, time: number, weight: number, isCritical: boolean): void {
    const key = `${projectId} ${service}`;
    const own = this.#errors.get(key) ?? { projectId, service, instants: new Map(), perSecond: new Map() };
    this.#errors.set(key, own);
    const second = Math.floor(time / 1_000);
    const { latest, count } = own.perSecond.get(second) ?? { latest: time, count: 0 };
    const isOwn = own.instants.has(time) || count < INSTANTS_PER_SECOND;
    const at = isOwn ? time : latest;
    const known = own.instants.get(at);
    if (known) {
      known.errors += weight;
      if (isCritical) known.criticals += weight;
      return;
    }
    own.instants.set(at, { errors: weight, criticals: isCritical ? weight : 0 });
    own.perSecond.set(second, { latest: at, count: count + 1 });
  }

  #at(at: number, projectId: number, service: string, logger: string, category: string): Counted {
    const last = this.#last;
    // Neighbours are alike: most events find their place without a key being made.
    if (
      last !== null &&
      last.at === at &&
      last.logger === logger &&
      last.category === category &&
      last.service === service &&
      last.projectId === projectId
    )
      return last;
    const key = `${at} ${projectId} ${service}\0${logger}\0${category}`;
    const known = this.#counted.get(key);
    if (known) {
      this.#last = known;
      return known;
    }
    if (this.#counted.size >= MOST_SERIES && logger !== OTHER) return this.#at(at, projectId, service, OTHER, '');
    const made: Counted = {
      projectId,
      service: service.slice(0, LONGEST_NAME),
      logger: logger.slice(0, LONGEST_NAME),
      agent: agentOf(logger),
      category,
      at,
      events: 0,
      errors: 0,
      dropped: 0,
      lastAt: 0,
      templates: new Map(),
      templateCount: 0,
      operations: new Map(),
    };
    this.#counted.set(key, made);
    this.#last = made;
    return made;
  }
}

/** Loggers of agents are called `agent.<domain>.<role>.<name>`. */
function agentOf(logger: string): string {
  return logger.startsWith(AGENT_LOGGER) ? logger.slice(AGENT_LOGGER.length, AGENT_LOGGER.length + LONGEST_NAME) : '';
}

function nameOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST_NAME) : '';
}

/** How many records it stands for: `folded.count` of the SDK's duplicate suppression. */
function weightOf({ folded }: Event['attributes']): number {
  if (typeof folded !== 'object' || folded === null) return 1;
  const { count } = folded as { count?: unknown };
  return typeof count === 'number' && Number.isInteger(count) && count > 0 ? Math.min(count, MOST_FOLDED) : 1;
}

function droppedOf({ count }: Event['attributes']): number {
  return typeof count === 'number' && Number.isInteger(count) && count > 0 ? Math.min(count, MOST_FOLDED) : 0;
}

function addTemplate(counted: Counted, severity: number, template: string, weight: number): void {
  let counts = counted.templates.get(severity);
  if (counts === undefined) {
    counts = new Map();
    counted.templates.set(severity, counts);
  }
  const known = counts.get(template);
  if (known !== undefined) {
    counts.set(template, known + weight);
    return;
  }
  if (counted.templateCount >= MOST_TEMPLATES) counts.set(OTHER, (counts.get(OTHER) ?? 0) + weight);
  else {
    counted.templateCount++;
    counts.set(template, weight);
  }
}

function addOperation({ operations }: Counted, given: string, durationMs: number, isFailed: boolean): void {
  const name = operations.has(given) || operations.size < MOST_OPERATIONS ? given.slice(0, LONGEST_NAME) : OTHER;
  let operation = operations.get(name);
  if (operation === undefined) {
    operation = { count: 0, failures: 0, durations: createHistogram() };
    operations.set(name, operation);
  }
  operation.count++;
  if (isFailed) operation.failures++;
  operation.durations.add(durationMs);
}
