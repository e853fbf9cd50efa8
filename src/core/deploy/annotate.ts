import { type Clock, type Messages, toGuardianError } from '../shared/index.ts';
import type { DeploymentHistory, DeploymentMarker } from './ports.ts';

/** One line in charts that are drawn elsewhere. */
export interface Annotation {
  /** The same for the same event, whenever it is written: it is written once. */
  key: string;
  /** Epoch ms. */
  at: number;
  text: string;
  tags: readonly string[];
}

/** Throws `delivery_unreachable` for what may pass, `delivery_refused` for what will not; it never tries again itself. */
export interface AnnotationWriter {
  write(annotation: Annotation, signal: AbortSignal): Promise<void>;
}

export interface AnnotatorOptions {
  store: Pick<DeploymentHistory, 'markers'>;
  writer: AnnotationWriter;
  /** How far it came: epoch ms of the last marker that was written. */
  kept: { get(name: string): Promise<unknown>; set(name: string, value: unknown): Promise<void> };
  /** Address of Guardian's pages; null: annotations link to nothing. */
  pages: string | null;
  clock: Clock;
  messages: Messages;
}

const CURSOR = 'deploy.annotated-until';
/** Of more than these, the oldest are left out: nobody looks for them in a chart any more. */
const MOST = 200;
const OLDEST_MS = 7 * 24 * 3_600_000;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;

/**
 * What changed the traffic of a service, written as annotations of charts elsewhere: the markers of Guardian's own charts, oldest first. This is the only layer
 * that tries again, ever more slowly or as the receiver says; nothing is passed over, and the order stays. Gives how many were written, and throws what keeps the
 * next from being.
 */
export function createAnnotator({ store, writer, kept, pages, clock, messages }: AnnotatorOptions) {
  const startedAt = clock.now();
  let failures = 0;
  let notBefore = 0;

  async function cursor(): Promise<number> {
    const known = await kept.get(CURSOR);
    if (typeof known === 'number') return Math.max(known, clock.now() - OLDEST_MS);
    await kept.set(CURSOR, startedAt);
    return startedAt;
  }

  return async (signal: AbortSignal): Promise<number> => {
    if (clock.now() < notBefore) return 0;
    const range = { service: null, from: (await cursor()) + 1, to: clock.now(), limit: MOST };
    let written = 0;
    for (const marker of (await store.markers(range)).toSorted((a, b) => a.at - b.at)) {
      if (signal.aborted) break;
      await write(marker, signal);
      await kept.set(CURSOR, marker.at);
      written += 1;
    }
    return written;
  };

  async function write(marker: DeploymentMarker, signal: AbortSignal): Promise<void> {
    try {
      await writer.write(annotationOf(marker, pages, messages), signal);
      failures = 0;
    } catch (thrown) {
      const error = toGuardianError(thrown);
      const usual = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
      notBefore = clock.now() + (error.about.retryAfterMs ?? (error.kind.isRetryable ? usual : LONGEST_WAIT_MS));
      throw error;
    }
  }
}

function annotationOf(marker: DeploymentMarker, pages: string | null, { deploying: { log } }: Messages) {
  const { at, service, deploymentId, revision, kind, percent } = marker;
  const said = {
    step: log.traffic(String(percent), revision),
    promoted: log.promote(revision),
    rolled_back: log.rollback(revision),
  }[kind];
  const link = pages === null ? '' : `\n${pages.replace(/\/+$/, '')}/deployments/${deploymentId}`;
  return {
    key: `guardian:${deploymentId}:${kind}:${percent}:${at}`,
    at,
    text: `${service}: ${said}${link}`,
    tags: [`service:${service}`, kind === 'rolled_back' ? 'rollback' : 'deployment'],
  };
}
