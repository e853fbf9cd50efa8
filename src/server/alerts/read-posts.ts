import type { z } from 'zod';
import type { alertPost, measurementPost, textPost } from '../../contracts/api/alerts.ts';
import type { Alert, Measurement, PostedText } from '../../core/alerts/index.ts';
import type { AppContext } from '../app-env.ts';

type Subject = Alert['subject'];

/** A subject without a name is called by its id. */
function subjectOf(given: {
  kind: string;
  id: string;
  name?: string | undefined;
  labels: Record<string, string>;
}): Subject {
  return { kind: given.kind, id: given.id, name: given.name ?? given.id, labels: given.labels };
}

/** One, or the list of a batch; times that were not given, or lie ahead of the clock, are now. */
export function readMeasurements(
  { var: { services, sender } }: AppContext,
  posted: z.output<typeof measurementPost>,
): Measurement[] {
  const now = services.clock.now();
  const list = 'measurements' in posted ? posted.measurements : [posted];
  return list.map(({ name, subject, value, unit, at }) => ({
    projectId: sender.project.id,
    name,
    subject: subjectOf(subject),
    at: timeOf(at, now),
    value,
    unit,
  }));
}

export function readText(
  { var: { services, sender } }: AppContext,
  posted: z.output<typeof textPost>,
): Omit<PostedText, 'types'> {
  const { id, text, subject, at } = posted;
  return {
    projectId: sender.project.id,
    id,
    at: timeOf(at, services.clock.now()),
    content: text,
    subject: subject ? subjectOf(subject) : { kind: 'text', id, name: id, labels: {} },
  };
}

export function readAlertPost({ var: { sender } }: AppContext, posted: z.output<typeof alertPost>) {
  const { type, state, severity, description } = posted;
  return {
    projectId: sender.project.id,
    type,
    state,
    severity,
    subject: subjectOf(posted.subject),
    value: posted.value ?? null,
    unit: posted.unit ?? null,
    threshold: posted.threshold ?? null,
    description,
    advice: posted.advice ?? null,
    evidence: posted.evidence ?? null,
  };
}

function timeOf(at: string | undefined, now: number): number {
  return at === undefined ? now : Math.min(Date.parse(at), now);
}
