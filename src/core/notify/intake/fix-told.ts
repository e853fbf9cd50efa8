import { CHANNEL_KINDS, type Notification } from '../notification.ts';
import type { OutboxRow } from '../ports.ts';
import { once, Payload, type Told, toNotification } from './facts.ts';

const OCCASIONS: Record<string, Notification['occasion']> = {
  'fix-proposed': 'fix_proposed',
  'fix-verified': 'fix_verified',
  'fix-recurred': 'fix_recurred',
};

/** What the verdict rests on: incidents on the revision that holds the fix, of so many requests. */
function countsOf(fix: Payload): { label: string; text: string }[] {
  return (['incidents', 'requests'] as const).flatMap((label) => {
    const count = fix.number(label);
    return count === null ? [] : [{ label, text: String(count) }];
  });
}

/** What of it a reader decides by: where the change is and whose, or what was counted on the revision that holds it. */
function detailsOf(occasion: Notification['occasion'], fix: Payload): { label: string; text: string }[] {
  const texts =
    occasion === 'fix_proposed' ? { branch: 'branch', pullRequest: 'url', agent: 'agent' } : { revision: 'revision' };
  const said = Object.entries(texts).flatMap(([label, name]) => {
    const text = fix.text(name);
    return text === null ? [] : [{ label, text }];
  });
  if (occasion === 'fix_proposed') return said;
  const hours = fix.number('hours');
  const isByHours = fix.number('requests') === null && hours !== null;
  return [...said, ...countsOf(fix), ...(isByHours ? [{ label: 'hours', text: String(Math.floor(hours)) }] : [])];
}

/** What became of a fix: whoever was told of its issue hears of it, over the same channels, and whoever the routes name. */
export function fixTold(row: OutboxRow): Told | null {
  const occasion = OCCASIONS[row.kind];
  const fix = new Payload(row.payload);
  const issueId = fix.text('issueId');
  if (occasion === undefined || issueId === null) return null;
  const service = fix.text('service');
  const shortId = fix.text('shortId') ?? issueId;
  const title = fix.text('title');
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
        path: `/fixes/${row.subjectId}`,
        details: detailsOf(occasion, fix),
      },
    }),
  );
  return { ...told, episode: `issue:${issueId}`, mirroredBy: CHANNEL_KINDS, isRoutedToo: true };
}
