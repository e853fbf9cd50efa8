import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type DeploymentState, deploymentsQuery } from '../../api/queries/deployments.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, PageHead, Section } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { SelectField } from '../../components/fields.tsx';
import { LoadedPages } from '../../components/loaded.tsx';
import { ServiceField } from '../../components/service-field.tsx';
import { useMessages } from '../../language.tsx';
import { DeploymentRow } from './deployment-row.tsx';
import { TargetCards } from './target-cards.tsx';

const route = getRouteApi('/deployments');

const STATES = {
  open: ['planned', 'running', 'holding', 'watching', 'rolling back'],
  good: ['promoted'],
  bad: ['failed', 'rolled back'],
} as const satisfies Record<string, readonly DeploymentState[]>;
type StateName = keyof typeof STATES;

function isStateName(name: string | undefined): name is StateName {
  return name !== undefined && Object.hasOwn(STATES, name);
}

/** What serves now, then what was brought live, newest first. */
export function DeploymentsPage() {
  const { deployments: t, shared } = useMessages();
  const { service, state } = route.useSearch();
  const navigate = route.useNavigate();
  const chosen = isStateName(state) ? state : undefined;
  const list = useInfiniteQuery(deploymentsQuery({ service, state: chosen && STATES[chosen].join(',') }));
  const services = list.data?.pages.flatMap(({ items }) => items.map((one) => one.service)) ?? [];
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <TargetCards />
      <Section title={t.timeline} id="timeline">
        <div className="mb-3 grid grid-cols-2 gap-2 sm:flex sm:*:min-w-40">
          <ServiceField
            value={service}
            more={services}
            onChoose={(name) => void navigate({ search: (former) => ({ ...former, service: name }) })}
          />
          <SelectField
            label={shared.state}
            value={chosen ?? ''}
            options={[
              ['', t.states.any],
              ...(Object.keys(STATES) as StateName[]).map((name) => [name, t.states[name]] as const),
            ]}
            onChoose={(name) =>
              void navigate({ search: (former) => ({ ...former, state: name === '' ? undefined : name }) })
            }
          />
        </div>
        <LoadedPages query={list} empty={<Empty isFiltered={service !== undefined || chosen !== undefined} />}>
          {(items) => (
            <ol aria-label={t.timeline} className="ml-2 border-l-2 border-line">
              {items.map((deployment) => (
                <DeploymentRow key={deployment.id} deployment={deployment} />
              ))}
            </ol>
          )}
        </LoadedPages>
      </Section>
    </>
  );
}

const COMMAND = 'guardian deploy --dry-run';

function Empty({ isFiltered }: { isFiltered: boolean }) {
  const { deployments: t } = useMessages();
  const navigate = route.useNavigate();
  if (isFiltered)
    return (
      <EmptyState title={t.emptyFiltered}>
        <Button className="mt-3" onClick={() => void navigate({ search: {} })}>
          {t.clear}
        </Button>
      </EmptyState>
    );
  return (
    <EmptyState title={t.emptyTitle}>
      <p>{t.emptyText}</p>
      <p className="mt-3 flex flex-wrap items-center justify-center gap-2">
        <code className="rounded bg-code px-2 py-1 font-mono text-ink">{COMMAND}</code>
        <CopyButton text={COMMAND} />
      </p>
    </EmptyState>
  );
}
