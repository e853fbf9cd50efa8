import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { PageHead } from '../../components/card.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { useMessages } from '../../language.tsx';
import { EventDrawer } from './event-drawer.tsx';
import { EventList } from './event-list.tsx';
import { Histogram } from './histogram.tsx';
import { withTerm } from './search-terms.ts';
import { TimeChoice } from './time-choice.tsx';

const route = getRouteApi('/events');

export function EventsPage() {
  const { events: t } = useMessages();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isHelpShown, setHelpShown] = useState(false);
  /** In the order of the list, so that the drawer can go to the next one. */
  const [shownIds, setShownIds] = useState<readonly string[]>([]);
  const set = (change: Partial<typeof search>) => void navigate({ search: (former) => ({ ...former, ...change }) });
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title}>
        <Button onClick={() => setHelpShown(true)}>{t.help}</Button>
      </PageHead>
      <div className="mb-3 flex flex-wrap items-end gap-2">
        <SearchBox
          label={t.search}
          hint={t.searchHint}
          value={search.query ?? ''}
          onSearch={(query) => set({ query: query || undefined })}
        />
        <TimeChoice />
      </div>
      <Histogram />
      <EventList onShown={setShownIds} />
      {search.event !== undefined && (
        <EventDrawer
          id={search.event}
          ids={shownIds}
          onShow={(event) => set({ event })}
          onClose={() => set({ event: undefined })}
          onFilter={(added) => set({ event: undefined, query: withTerm(search.query ?? '', added) })}
        />
      )}
      {isHelpShown && <SearchHelp onClose={() => setHelpShown(false)} />}
    </>
  );
}

function SearchHelp({ onClose }: { onClose: () => void }) {
  const { events: t } = useMessages();
  return (
    <Dialog title={t.help} onClose={onClose}>
      <p className="mb-2 text-sm">{t.helpIntro}</p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
        {t.helpRows.map(([example, meaning]) => (
          <div key={example} className="contents">
            <dt>
              <code className="rounded bg-code px-1.5 py-0.5 text-xs">{example}</code>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
