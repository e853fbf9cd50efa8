import { CHANNEL_KINDS, type Notification } from '../notification.ts';
import type { OutboxRow } from '../ports.ts';
import { once, Payload, type Told, toNotification } from './facts.ts';

const OCCASIONS: Record<string, Notification['occasion']> = {
  'fix-proposed': 'fix_proposed',
  'fix-verified': 'fix_verified',
  'fix-recurred': 'fix_recurred',
};

/** What became of a fix: whoever was told of its issue hears of it, over the same channels, and whoever the routes name. */
export function fixTold(row: OutboxRow): Told | null {
  const occasion = OCCASIONS[row.kind];
  const fix = new Payload(row.payload);
  const issueId = fix.text('issueId');
  if (occasion === undefined || issueId === null) return null;
  const service = fix.text('service');
  const shortId = fix.text('shortId') ?? issueId;
  const title = fix.text('title');
  const revision = fix.text('revision');
  const branch = fix.text('branch');
  const details = [
    ...(branch === null || occasion !== 'fix_proposed' ? [] : [{ label: 'branch', text: branch }]),
    ...(revision === null || occasion === 'fix_proposed' ? [] : [{ label: 'revision', text: revision }]),
  ];
  const told = once(
    toNotification(row, {
      occasion,
      key: `fix:${row.subjectId}:${occasion}:${row.at}`,
      dedupeKey: `fix:${row.subjectId}`,
      severity: occasion === 'fix_recurred' ? 'error' : 'info',
      match: { service, labels: {} },
      about: { kind: 'issue', id: issueId, firing: null },
      facts: {
        title: title === null ? shortId : `${shortId} ${title}`,
        subject: service ?? shortId,
        path: `/issues/${issueId}`,
        details,
      },
    }),
  );
  return { ...told, episode: `issue:${issueId}`, mirroredBy: CHANNEL_KINDS, isRoutedToo: true };
}
