import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { recipientsQuery } from '../../api/queries/notifications.ts';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

const route = getRouteApi('/deliveries');

/** Every filter stands in the address. */
export function DeliveryFilterBar() {
  const { deliveries: t, shared } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (name: keyof typeof search) => (value: string) =>
    void navigate({ search: (former) => ({ ...former, [name]: value === '' ? undefined : value }) });
  const named = (words: Record<string, string>) => [['', shared.any] as const, ...Object.entries(words)];
  const recipients = useQuery(recipientsQuery);
  const people = (recipients.data?.items ?? []).map(({ id, name }): [string, string] => [id, oneLine(name)]);
  // One that is no longer declared stays chosen.
  if (search.recipient && !people.some(([id]) => id === search.recipient))
    people.push([search.recipient, search.recipient]);
  const about = search.alert !== undefined ? 'alert' : search.run !== undefined ? 'run' : null;
  return (
    <div className="mb-3">
      <div className="grid grid-cols-2 gap-2 lg:grid-cols-4">
        <SelectField
          label={t.filter.state}
          value={search.state ?? ''}
          onChoose={set('state')}
          options={named(t.stateShort)}
        />
        <SelectField
          label={t.filter.channel}
          value={search.channel ?? ''}
          onChoose={set('channel')}
          options={named(t.channel)}
        />
        <SelectField
          label={t.filter.occasion}
          value={search.occasion ?? ''}
          onChoose={set('occasion')}
          options={named(t.occasion)}
        />
        <SelectField
          label={t.filter.recipient}
          value={search.recipient ?? ''}
          onChoose={set('recipient')}
          options={[['', shared.any], ...people]}
        />
      </div>
      {about !== null && (
        <p className="mt-2 flex flex-wrap items-center gap-2 text-sm">
          {about === 'alert' ? t.ofAlert : t.ofRun}
          <Button look="bare" onClick={() => set(about)('')}>
            ✕ {t.clear}
          </Button>
        </p>
      )}
    </div>
  );
}
