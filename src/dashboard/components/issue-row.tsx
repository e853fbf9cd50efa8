import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { IssueSummary } from '../../contracts/api/issues.ts';
import { useMessages } from '../language.tsx';
import { oneLine } from '../visible-text.ts';
import { Badge, SeverityText, StateBadge, Tag } from './badges.tsx';
import { Sparkline } from './sparkline.tsx';
import { Ago } from './time.tsx';

export function placeOf({ location }: Pick<IssueSummary, 'location'>): string | null {
  if (!location) return null;
  return `${location.file}${location.line === null ? '' : `:${location.line}`}`;
}

/** One issue in a list; the title is the link, so that Enter on it opens it. */
export function IssueRow({ issue, before }: { issue: IssueSummary; before?: ReactNode }) {
  const { issues } = useMessages();
  return (
    <li
      data-row
      className="flex items-start gap-3 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised"
    >
      {before}
      <div className="min-w-0 grow">
        <div className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
          <Link
            data-row-link
            to="/issues/$id"
            params={{ id: issue.shortId }}
            search={{}}
            className="line-clamp-2 min-w-0 font-semibold wrap-anywhere hover:underline"
          >
            {oneLine(issue.title)}
          </Link>
          {issue.isNew && <Badge tone="bad">{issues.isNew}</Badge>}
          {issue.signal && <Badge tone="bad">{issue.signal}</Badge>}
          {issue.state !== 'open' && <StateBadge state={issue.state} />}
        </div>
        <div className="mt-0.5 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
          <span>{issue.shortId}</span>
          <SeverityText severity={issue.severity} />
          <span className="wrap-anywhere">{oneLine(issue.service)}</span>
          <Tag kind="endpoint" text={issue.endpoint} />
          <Tag kind="file" text={placeOf(issue)} />
        </div>
        <div className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-muted">
          <span>{issues.incidents(issue.incidents)}</span>
          {issue.users > 0 && <span>{issues.users(issue.users)}</span>}
          <span>
            {issues.seen} <Ago at={issue.lastSeen} />
          </span>
          {issue.assignee && <span className="wrap-anywhere">→ {oneLine(issue.assignee)}</span>}
        </div>
      </div>
      <span className="hidden sm:block">
        <Sparkline counts={issue.lastDay} />
      </span>
    </li>
  );
}
