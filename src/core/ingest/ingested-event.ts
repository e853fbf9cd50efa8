import type { Event } from '../events/index.ts';
import type { IngestedOptions } from './options.ts';
import type { IngestedEvent } from './ports.ts';

/** What every stored event has: a service, and its place in the queue for folding. */
export function ingested(
  { standingOf, retentionMs, frameOrigin }: IngestedOptions,
  event: Event,
  project: { id: number; slug: string },
  claimedTime: number,
): IngestedEvent {
  event.service ??= project.slug;
  // Copied: events of equal stacks share theirs, frozen.
  event.exceptions = event.exceptions.map((exception) => ({
    ...exception,
    frames: exception.frames.map((frame) => ({
      ...frame,
      origin: frame.origin ?? frameOrigin(frame, exception.language),
    })),
  }));
  if (event.time < event.observedTime - retentionMs) event.timeSuspect = true;
  const standing = standingOf(event, project.id);
  return { projectId: project.id, event, claimedTime, isCandidate: standing === 'error', standing };
}
