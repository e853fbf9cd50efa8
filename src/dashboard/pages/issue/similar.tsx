import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { IssueDetail } from '../../../contracts/api/issues.ts';
import { meQuery } from '../../api/queries/administration.ts';
import { type SimilarIssue, similarQuery } from '../../api/queries/issues.ts';
import { Button } from '../../components/button.tsx';
import { Card, Section } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { useIssueAction } from '../../components/issue-actions/use-issue-action.ts';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

/** Merging is never silent: likely twins are shown, a person decides, and can take it back. */
export function Similar({ issue }: { issue: IssueDetail }) {
  const { issue: t, issues } = useMessages();
  const { data: me } = useQuery(meQuery);
  const similar = useQuery(similarQuery(issue.id));
  const action = useIssueAction();
  const mayAct = me?.role === 'member' || me?.role === 'admin';
  return (
    <Section title={t.similar} id="similar">
      <Card>
        <Loaded query={similar}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-sm text-muted">{t.noSimilar}</p>
            ) : (
              <ul>
                {items.map((one) => (
                  <SimilarRow key={one.issue.id} similar={one}>
                    {mayAct && (
                      <div className="mt-1 flex flex-wrap gap-2">
                        <Button
                          disabled={action.isPending}
                          onClick={() =>
                            action.mutate({ ids: [one.issue.id], action: { type: 'merge', into: issue.id } })
                          }
                        >
                          {t.merge}
                        </Button>
                        <Button
                          look="bare"
                          disabled={action.isPending}
                          onClick={() =>
                            action.mutate({
                              ids: [issue.id],
                              action: { type: 'dismiss-suggestion', other: one.issue.id },
                            })
                          }
                        >
                          {t.dismiss}
                        </Button>
                      </div>
                    )}
                  </SimilarRow>
                ))}
              </ul>
            )
          }
        </Loaded>
        {issue.merged.length > 0 && (
          <div className="mt-3 border-t border-line pt-2">
            <h3 className="text-sm font-semibold">{t.merged}</h3>
            <ul>
              {issue.merged.map(({ id, shortId, title }) => (
                <li key={id} className="flex flex-wrap items-center justify-between gap-2 py-1 text-sm">
                  <span className="min-w-0 wrap-anywhere">
                    {shortId} {oneLine(title)}
                  </span>
                  {mayAct && (
                    <Button
                      disabled={action.isPending}
                      onClick={() => action.mutate({ ids: [id], action: { type: 'unmerge' } })}
                    >
                      {issues.act.unmerge}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </div>
        )}
        <FailedLine error={action.error} />
        {action.data?.results
          .filter(({ isDone }) => !isDone)
          .map(({ id, reason }) => (
            <p key={id} role="alert" className="text-sm text-bad">
              {visibleText(reason ?? issues.act.noReason)}
            </p>
          ))}
      </Card>
    </Section>
  );
}

function SimilarRow({ similar, children }: { similar: SimilarIssue; children: ReactNode }) {
  const { issue: t } = useMessages();
  return (
    <li className="border-b border-line py-2 text-sm last:border-b-0">
      <Link
        to="/issues/$id"
        params={{ id: similar.issue.shortId }}
        search={{}}
        className="font-semibold wrap-anywhere hover:underline"
      >
        {oneLine(similar.issue.title)}
      </Link>
      <p className="text-xs text-muted">
        {similar.issue.shortId} · {t.score(Math.round(similar.score * 100))} · {visibleText(similar.reason)}
      </p>
      {children}
    </li>
  );
}
