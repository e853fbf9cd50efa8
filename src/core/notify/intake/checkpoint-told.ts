import type { Notification } from '../notification.ts';
import type { OutboxRow } from '../ports.ts';
import { once, Payload, type Told, toNotification } from './facts.ts';

/** A signed checkpoint of Guardian's own audit trail, for people to keep where nobody who can write the store can change it. */
export function checkpointTold(row: OutboxRow): Told {
  const payload = new Payload(row.payload);
  const count = payload.number('count') ?? 0;
  return once(
    toNotification(row, {
      occasion: 'audit_checkpoint',
      key: `audit:${row.subjectId}:${count}:${payload.text('keyId') ?? ''}`,
      dedupeKey: `audit:${row.subjectId}`,
      severity: 'info',
      about: { kind: 'audit', id: row.subjectId, firing: null },
      facts: {
        title: payload.text('trail') ?? row.subjectId,
        since: payload.number('at'),
        advice: 'keep_checkpoint',
        path: '/audit',
        details: [
          { label: 'entries', text: String(count) },
          { label: CHECKPOINT_LINE, text: payload.text('line') ?? '' },
        ],
      },
    }),
  );
}

/** What the detail with the checkpoint itself is called in rows. */
const CHECKPOINT_LINE = 'checkpoint';

/** The checkpoints that notifications tell of, as a file that `guardian audit verify --checkpoint` takes; none when they tell of none. */
export function checkpointFile(
  notifications: readonly Notification[],
): { filename: string; contentType: string; content: string }[] {
  const lines = notifications
    .filter(({ occasion }) => occasion === 'audit_checkpoint')
    .flatMap(({ facts }) => facts.details.filter(({ label }) => label === CHECKPOINT_LINE))
    .map(({ text }) => `${text}\n`);
  if (lines.length === 0) return [];
  return [{ filename: 'audit-checkpoint.ndjson', contentType: 'application/x-ndjson', content: lines.join('') }];
}
