import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { FilterText, TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';
import { FILTER_NAMES, type FilterName } from './audit-filters.ts';

const route = getRouteApi('/audit');

/** Every filter stands in the address. */
export function AuditFilterBar() {
  const { audit: t, shared } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const used = FILTER_NAMES.filter((name) => search[name] !== undefined).length;
  const [isOpen, setOpen] = useState(used > 0);
  const set = (name: FilterName) => (value: string) =>
    void navigate({
      search: (former) => ({ ...former, [name]: value === '' ? undefined : value }),
      // While a time is typed each digit is a change: not each is a place to come back to.
      replace: name === 'from' || name === 'to',
    });
  return (
    <div className="mb-3">
      <div className="mb-2 flex flex-wrap gap-2">
        <Button aria-expanded={isOpen} aria-controls="audit-filters" onClick={() => setOpen(!isOpen)}>
          {t.filters}
          {used > 0 && ` (${used})`}
        </Button>
        {used > 0 && (
          <Button look="bare" onClick={() => void navigate({ search: ({ trail }) => ({ trail }) })}>
            {t.clear}
          </Button>
        )}
      </div>
      <div
        id="audit-filters"
        className={`${isOpen ? 'grid' : 'hidden'} grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-5`}
      >
        {(['actor', 'action', 'object'] as const).map((name) => (
          <FilterText
            key={name}
            name={name}
            label={t.filter[name]}
            value={search[name] ?? ''}
            placeholder={shared.any}
            onChoose={set(name)}
          />
        ))}
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
      </div>
    </div>
  );
}
