import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { ISSUE_STATES, SEVERITY_CLASSES } from '../../../contracts/api/issues.ts';
import { overviewQuery } from '../../api/queries/overview.ts';
import { Button } from '../../components/button.tsx';
import { FilterText, SelectField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';

const route = getRouteApi('/issues');

const STATES = [
  'open',
  'handed off',
  'resolved',
  'regressed',
  'ignored',
] as const satisfies readonly (typeof ISSUE_STATES)[number][];
const SEVERITIES = ['fatal', 'error', 'warn', 'info'] as const satisfies readonly (typeof SEVERITY_CLASSES)[number][];
const SORTS = ['last-seen', 'first-seen', 'incidents', 'users'] as const;

type Name = 'state' | 'service' | 'severity' | 'revision' | 'assignee' | 'sort';

/** Every filter stands in the address, so that a list can be sent to somebody and found again. */
export function IssueFilterBar() {
  const { issues: t, shared } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isOpen, setOpen] = useState(false);
  const { data: overview } = useQuery({ ...overviewQuery, refetchInterval: false });
  const set = (name: Name) => (value: string) =>
    void navigate({ search: (former) => ({ ...former, [name]: value === '' ? undefined : value }) });
  const services = new Set(
    (overview?.services ?? [])
      .filter((one) => search.project === undefined || one.project === search.project)
      .map(({ service }) => service),
  );
  if (search.service) services.add(search.service);
  const used = (['state', 'service', 'severity', 'revision', 'assignee'] as const).filter(
    (name) => search[name],
  ).length;
  return (
    <div className="mb-3">
      <Button
        className="sm:hidden"
        aria-expanded={isOpen}
        aria-controls="issue-filters"
        onClick={() => setOpen(!isOpen)}
      >
        {t.filters}
        {used > 0 && ` (${used})`}
      </Button>
      <div
        id="issue-filters"
        className={`${isOpen ? 'grid' : 'hidden'} mt-2 grid-cols-2 gap-2 sm:mt-0 sm:grid sm:grid-cols-3 lg:grid-cols-6`}
      >
        <SelectField
          label={t.filter.state}
          value={search.state ?? ''}
          onChoose={set('state')}
          options={[
            ['', t.stateActive],
            ...STATES.map((one) => [one, shared.issueState[one]] as const),
            ['all', t.stateAll],
          ]}
        />
        <SelectField
          label={t.filter.service}
          value={search.service ?? ''}
          onChoose={set('service')}
          options={[['', shared.any], ...[...services].sort().map((one) => [one, one] as const)]}
        />
        <SelectField
          label={t.filter.severity}
          value={search.severity ?? ''}
          onChoose={set('severity')}
          options={[['', shared.any], ...SEVERITIES.map((one) => [one, shared.severity[one]] as const)]}
        />
        <FilterText
          name="revision"
          label={t.filter.revision}
          value={search.revision ?? ''}
          placeholder={shared.any}
          onChoose={set('revision')}
        />
        <FilterText
          name="assignee"
          label={t.filter.assignee}
          value={search.assignee ?? ''}
          placeholder={shared.any}
          onChoose={set('assignee')}
        />
        <SelectField
          label={t.filter.sort}
          value={search.sort ?? 'last-seen'}
          onChoose={(value) => set('sort')(value === 'last-seen' ? '' : value)}
          options={SORTS.map((one) => [one, t.sort[one]] as const)}
        />
      </div>
    </div>
  );
}
