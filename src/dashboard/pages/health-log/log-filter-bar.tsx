import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { RunStatusView } from '../../../contracts/api/jobs.ts';
import { exportPath, type LogKind } from '../../api/queries/logs.ts';
import { Button, buttonClass } from '../../components/button.tsx';
import { FilterText, SelectField, TextField } from '../../components/fields.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { useMessages } from '../../language.tsx';
import { FILTER_NAMES, logFiltersOf } from './log-filters.ts';

const route = getRouteApi('/health-log');
type Name = (typeof FILTER_NAMES)[number];

/** Every filter stands in the address; what is saved is all that matches, not the page. */
export function LogFilterBar({ kind }: { kind: LogKind }) {
  const { healthLog: t } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isOpen, setOpen] = useState(false);
  const set = (name: Name) => (value: string) =>
    void navigate({
      search: (former) => ({ ...former, [name]: value === '' ? undefined : value }),
      // While a time is typed each digit is a change: not each is a place to come back to.
      replace: name === 'from' || name === 'to',
    });
  const used = FILTER_NAMES.filter((name) => search[name] !== undefined).length;
  const clear = () =>
    void navigate({
      search: (former) => ({ ...former, ...Object.fromEntries(FILTER_NAMES.map((name) => [name, undefined])) }),
    });
  const filters = logFiltersOf(search);
  return (
    <div className="mb-3">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <SearchBox label={t.filter.text} hint={t.filter.textHint} value={search.text ?? ''} onSearch={set('text')} />
        <Button aria-expanded={isOpen} aria-controls="log-filters" onClick={() => setOpen(!isOpen)}>
          {t.filters}
          {used > 0 && ` (${used})`}
        </Button>
        {used > 0 && (
          <Button look="bare" onClick={clear}>
            {t.clear}
          </Button>
        )}
        <span className="flex items-center gap-1 text-sm text-muted">
          {t.export}
          <a className={buttonClass()} href={exportPath(kind, filters, 'csv')} download>
            CSV
          </a>
          <a className={buttonClass()} href={exportPath(kind, filters, 'jsonl')} download>
            JSON Lines
          </a>
        </span>
      </div>
      <div id="log-filters" className={`${isOpen ? 'grid' : 'hidden'} grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-4`}>
        <Fields kind={kind} set={set} />
      </div>
    </div>
  );
}

function Fields({ kind, set }: { kind: LogKind; set: (name: Name) => (value: string) => void }) {
  const { healthLog: t, runs, jobs, shared } = useMessages();
  const search = route.useSearch();
  const any = ['', shared.any] as const;
  const statuses = Object.keys(runs.status) as RunStatusView[];
  return (
    <>
      <FilterText
        name="name"
        label={t.filter.name}
        value={search.name ?? ''}
        placeholder={shared.any}
        onChoose={set('name')}
      />
      <SelectField
        label={t.filter.status}
        value={search.status ?? ''}
        onChoose={set('status')}
        options={[any, ...statuses.map((one) => [one, runs.status[one]] as const)]}
      />
      {kind === 'syncs' && (
        <SelectField
          label={t.filter.type}
          value={search.task_type ?? ''}
          onChoose={set('task_type')}
          options={[any, ...Object.entries(jobs.taskType)]}
        />
      )}
      <SelectField
        label={t.filter.triggeredBy}
        value={search.triggered_by ?? ''}
        onChoose={set('triggered_by')}
        options={[any, ...Object.entries(runs.triggeredBy)]}
      />
      <FilterText
        name="user"
        label={t.filter.user}
        value={search.user ?? ''}
        placeholder={shared.any}
        onChoose={set('user')}
      />
      {(['from', 'to'] as const).map((name) => (
        <TextField
          key={name}
          label={t.filter[name]}
          name={name}
          type="datetime-local"
          value={search[name] ?? ''}
          onChange={(event) => set(name)(event.target.value)}
        />
      ))}
    </>
  );
}
