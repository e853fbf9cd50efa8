import { chanceInWords } from '../../shared/index.ts';
import type { OutboxRow } from '../ports.ts';
import { once, Payload, type Told, toNotification } from './facts.ts';

/** A code that its reader's language has a sentence for. */
export const DEPLOY_REASON = 'deploy-reason:';
export const DEPLOY_REMEDY = 'deploy-remedy:';

/** A revision that got all the traffic, or one that lost it again. */
export function deploymentTold(row: OutboxRow): Told | null {
  const deployment = new Payload(row.payload);
  const service = deployment.text('service');
  if (service === null) return null;
  const isBack = row.kind === 'deployment-rolled-back';
  const reason = deployment.text('reason');
  const isByHand = reason === 'by_hand' || reason === null;
  const build = deployment.number('buildId') ?? 0;
  return once(
    toNotification(row, {
      occasion: isBack ? 'deployment_rolled_back' : 'deployment_finished',
      key: `deployment:${row.subjectId}:${isBack ? 'rolled-back' : 'finished'}`,
      dedupeKey: `deployment:${service}`,
      severity: !isBack ? 'info' : isByHand ? 'warning' : 'error',
      match: { service, labels: labelsOf(deployment) },
      about: { kind: 'deployment', id: row.subjectId, firing: null },
      facts: {
        title: build === 0 ? service : `${service}, build ${build}`,
        subject: service,
        cause: isBack && reason !== null ? `${DEPLOY_REASON}${reason}` : null,
        advice: isBack && reason !== null ? `${DEPLOY_REMEDY}${reason}` : null,
        path: `/deployments/${row.subjectId}`,
        details: [...detailsOf(deployment), ...(isBack ? factsOf(deployment) : [])],
      },
    }),
  );
}

function labelsOf(deployment: Payload): Record<string, string> {
  const target = deployment.text('target');
  return target === null ? {} : { target };
}

const DETAILS = ['revision', 'goodRevision', 'pinnedTo', 'commit', 'watchedUntil'] as const;

function detailsOf(deployment: Payload): { label: string; text: string }[] {
  return DETAILS.flatMap((label) => {
    const value = label === 'watchedUntil' ? instantOf(deployment.number(label)) : deployment.text(label);
    return value === null ? [] : [{ label, text: value }];
  });
}

function instantOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** The numbers that decided, as the judge or the check had them. */
function factsOf(deployment: Payload): { label: string; text: string }[] {
  const facts = deployment.inner('facts');
  const numbers = NUMBERS.flatMap((label) => {
    const value = facts.number(label);
    return value === null ? [] : [{ label, text: label.endsWith('P') ? chanceInWords(value) : figure(value) }];
  });
  const named = ['check', 'problem', 'missing'].flatMap((label) => {
    const text = facts.text(label);
    return text === null ? [] : [{ label, text: text.slice(0, 300) }];
  });
  return [...named, ...numbers];
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

const NUMBERS = [
  'newErrors',
  'newRequests',
  'oldErrors',
  'oldRequests',
  'errorP',
  'latencyShift',
  'latencyP',
  'status',
];
