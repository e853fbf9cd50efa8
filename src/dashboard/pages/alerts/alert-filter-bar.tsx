import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { AlertSeverity } from '../../api/queries/alerts.ts';
import { Button } from '../../components/button.tsx';
import { FilterText, SelectField } from '../../components/fields.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { useMessages } from '../../language.tsx';

const route = getRouteApi('/alerts');
const STATES = ['open', 'firing', 'acknowledged', 'resolved', 'all'] as const;
const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const satisfies readonly AlertSeverity[];

/** Every filter stands in the address. */
export function AlertFilterBar() {
  const { alerts: t, shared } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isOpen, setOpen] = useState(false);
  const set = (name: keyof typeof t.filter) => (value: string) =>
    void navigate({ search: (former) => ({ ...former, [name]: value === '' ? undefined : value }) });
  return (
    <div className="mb-3">
      <div className="mb-2 flex flex-wrap items-end gap-2">
        <SearchBox label={t.filter.text} hint={t.filter.textHint} value={search.text ?? ''} onSearch={set('text')} />
        <Button
          className="sm:hidden"
          aria-expanded={isOpen}
          aria-controls="alert-filters"
          onClick={() => setOpen(!isOpen)}
        >
          {t.filters}
        </Button>
      </div>
      <div
        id="alert-filters"
        className={`${isOpen ? 'grid' : 'hidden'} grid-cols-2 gap-2 sm:grid sm:grid-cols-3 lg:grid-cols-6`}
      >
        <SelectField
          label={t.filter.state}
          value={search.state ?? 'open'}
          onChoose={(value) => set('state')(value === 'open' ? '' : value)}
          options={STATES.map((one) => [one, t.states[one]] as const)}
        />
        <SelectField
          label={t.filter.severity}
          value={search.severity ?? ''}
          onChoose={set('severity')}
          options={[['', shared.any], ...SEVERITIES.map((one) => [one, t.severity[one]] as const)]}
        />
        {(['type', 'rule', 'subject'] as const).map((name) => (
          <FilterText
            key={name}
            name={name}
            label={t.filter[name]}
            value={search[name] ?? ''}
            placeholder={shared.any}
            onChoose={set(name)}
          />
        ))}
        <SelectField
          label={t.filter.archived}
          value={search.archived ?? ''}
          onChoose={set('archived')}
          options={[
            ['', t.archive.no],
            ['true', t.archive.yes],
          ]}
        />
      </div>
    </div>
  );
}
