import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { FilterText, SelectField } from '../../components/fields.tsx';
import { PeriodField } from '../../components/period-field.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { ServiceField } from '../../components/service-field.tsx';
import { useMessages } from '../../language.tsx';

const route = getRouteApi('/traces');

/** Every filter stands in the address; an id leads straight to its trace. */
export function TraceFilterBar() {
  const { traces: t } = useMessages();
  const search = route.useSearch();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const set = (change: Partial<typeof search>) =>
    void navigate({ from: '/traces', to: '.', search: (former) => ({ ...former, ...change }) });
  return (
    <div className="mb-3">
      <div className="mb-2 flex flex-wrap items-end gap-2">
        <SearchBox
          label={t.filter.id}
          hint={t.idHint}
          value=""
          onSearch={(id) => id !== '' && void navigate({ to: '/traces/$id', params: { id }, search: {} })}
        />
        <Button
          className="sm:hidden"
          aria-expanded={isOpen}
          aria-controls="trace-filters"
          onClick={() => setOpen(!isOpen)}
        >
          {t.filters}
        </Button>
      </div>
      <div id="trace-filters" className={`${isOpen ? 'grid' : 'hidden'} grid-cols-2 gap-2 sm:grid sm:grid-cols-4`}>
        <PeriodField value={search.range} onChoose={(range) => set({ range })} />
        <ServiceField value={search.service} onChoose={(service) => set({ service })} />
        <SelectField
          label={t.filter.status}
          value={search.status ?? ''}
          options={[
            ['', t.any],
            ['error', t.withErrors],
          ]}
          onChoose={(status) => set({ status: status || undefined })}
        />
        <FilterText
          name="minDurationMs"
          label={t.filter.minDuration}
          value={search.minDurationMs ?? ''}
          placeholder="250"
          onChoose={(least) => set({ minDurationMs: /^\d+$/.test(least) ? least : undefined })}
        />
      </div>
    </div>
  );
}
