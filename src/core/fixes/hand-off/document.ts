import { type FixLevel, levelOf } from '../../evidence/index.ts';
import type { Messages } from '../../shared/index.ts';
import type { FixMaterial } from '../ports.ts';

/** Of the whole document, bytes / 4, and of them what is asked. */
export const DOCUMENT_TOKENS = 6_000;
export const ASSIGNMENT_TOKENS = 500;

/** What is asked of whoever gets it, in Guardian's words alone: the level that fixability allows, and why. */
export function assignmentOf(
  { fixability }: Pick<FixMaterial, 'fixability'>,
  { id, messages }: { id: string; messages: Messages },
): { level: FixLevel; markdown: string } {
  const { assignment: t, signals, caps } = messages.fixes;
  const level = levelOf(fixability.score);
  const points = fixability.points.map(({ signal, points: worth }) => `${signals[signal]} (${worth})`).join(', ');
  const why = [
    t.fixability(fixability.score),
    ...(points === '' ? [] : [t.points(points)]),
    ...(fixability.cap === null ? [] : [t.cap(caps[fixability.cap.reason], fixability.cap.at)]),
  ].join(' ');
  const lines = [t.level[level], why, t.hostile, t.bounds, t.reply(id)];
  return { level, markdown: `## ${t.title}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n` };
}

/** `guardian/fix-shop-12`: of the project's slug and a number, never of an event's words. */
export function branchOf(shortId: string): string {
  const plain = shortId.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `guardian/fix-${plain.replace(/^-+|-+$/g, '') || 'issue'}`;
}
