import type { UsageSummary } from '../../contracts/api/usage.ts';
import type { Messages } from '../shared/index.ts';
import { usageHtml } from './render/html/usage.ts';
import { oneLine } from './render/visible-text.ts';

/** What a mail says of usage; null: it could not be read. */
export type MailedUsage = UsageSummary | null;

const LISTED_FEATURES = 5;
const LISTED_USERS = 10;

/** One block of the section; its lines hold names of others. */
interface UsageBlock {
  /** Null: it belongs to the section itself. */
  heading: string | null;
  lines: string[];
}

/** Counters, most used features, users and errors by code; and what of them is not known. */
function usageBlocks(usage: MailedUsage, { usage: t, report }: Messages): UsageBlock[] {
  if (usage === null) return [{ heading: null, lines: [t.unreadable] }];
  const { meta } = usage;
  const gaps = [
    ...(meta.missingRecords > 0 ? [t.missing(meta.missingRecords)] : []),
    ...(meta.isEstimated ? [t.estimated] : []),
  ];
  if (usage.total_requests + usage.total_errors === 0)
    return [{ heading: null, lines: [usage.period, t.nothing(meta.lastRecordAt), ...gaps] }];
  const counted = (name: string, count: number) => `${name}${report.colon} ${count}`;
  const orNone = (lines: string[]) => (lines.length === 0 ? [t.none] : lines);
  const counts = { users: usage.active_users, requests: usage.total_requests, errors: usage.total_errors };
  return [
    {
      heading: null,
      lines: [
        usage.period,
        t.counters(counts),
        ...(meta.anonymousRequests > 0 ? [t.anonymous(meta.anonymousRequests)] : []),
        ...gaps,
      ],
    },
    {
      heading: t.topFeatures,
      lines: orNone(usage.top_features.slice(0, LISTED_FEATURES).map(({ name, count }) => counted(name, count))),
    },
    {
      heading: t.topUsers,
      lines: orNone(
        usage.users.slice(0, LISTED_USERS).map((user) =>
          t.userLine({
            user: user.email.slice(0, 120),
            minutes: user.total_time_minutes,
            requests: user.requests_count,
            errors: user.errors_count,
          }),
        ),
      ),
    },
    {
      heading: t.errorsByCode,
      lines: orNone(Object.entries(usage.error_breakdown).map(([code, count]) => counted(code, count))),
    },
  ];
}

/** The section as both parts of a mail. */
export function usageSection(usage: MailedUsage, messages: Messages): { text: string; html: string } {
  const blocks = usageBlocks(usage, messages);
  const text = blocks.flatMap(({ heading, lines }) => [
    ...(heading === null ? [] : [`  ${heading}`]),
    ...lines.map((line) => `  ${heading === null ? '' : '  '}${oneLine(line)}`),
  ]);
  return { text: `${['', messages.usage.title, ...text].join('\n')}\n`, html: usageHtml(blocks, messages) };
}
