import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Coordination } from '../../../contracts/api/coordination.ts';
import { coordinationQuery } from '../../api/queries/coordination.ts';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState, PageHead, Section } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { Learnings } from './learnings.tsx';
import { Suggestions } from './suggestions.tsx';

export function CoordinationPage() {
  const { coordination: t } = useMessages();
  const coordination = useQuery(coordinationQuery);
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <p className="mb-3 max-w-prose text-sm text-muted">{t.intro}</p>
      <Loaded query={coordination}>{(data) => <Answer coordination={data} />}</Loaded>
    </>
  );
}

function Answer({ coordination }: { coordination: Coordination }) {
  const { coordination: t } = useMessages();
  const formats = useFormats();
  const { jobs, suggestions, notEnoughRuns, mayApply } = coordination;
  if (jobs.length + suggestions.length + notEnoughRuns.length === 0)
    return (
      <EmptyState title={t.emptyTitle}>
        <p>{t.emptyText}</p>
        <Link to="/jobs" search={{}} className={`${buttonClass()} mt-3`}>
          {t.emptyAction}
        </Link>
      </EmptyState>
    );
  return (
    <>
      <Section title={t.suggestions} id="suggestions">
        <p className="mb-2 text-sm text-muted">
          {mayApply.length === 0 ? t.onlyShown : t.mayApply(formats.list(mayApply.map(oneLine)))}
        </p>
        <Suggestions suggestions={suggestions} />
      </Section>
      {jobs.length > 0 && (
        <Section title={t.jobs} id="learnt">
          <Learnings learnings={jobs} />
        </Section>
      )}
      {notEnoughRuns.length > 0 && <NotEnough jobs={notEnoughRuns} />}
    </>
  );
}

function NotEnough({ jobs }: { jobs: Coordination['notEnoughRuns'] }) {
  const { coordination: t } = useMessages();
  const formats = useFormats();
  return (
    <Section title={t.notEnough} id="not-enough">
      <p className="mb-2 text-sm text-muted">{t.notEnoughMeans}</p>
      <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {jobs.map(({ job, runs, needed }) => (
          <li key={job} className="wrap-anywhere">
            <Link to="/jobs/$id" params={{ id: job }} search={{}} className="hover:underline">
              {oneLine(job)}
            </Link>{' '}
            <span className="text-muted">{t.runsOf(formats.count(runs), formats.count(needed))}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
