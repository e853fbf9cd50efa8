import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useQueryClient,
} from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../api/request.ts';
import { useNow } from '../clock.ts';
import { useFormats, useMessages } from '../language.tsx';
import { Button } from './button.tsx';
import { Failed } from './failed.tsx';

export function Loading() {
  const { shared } = useMessages();
  return (
    <p role="status" className="py-6 text-center text-muted">
      {shared.loading}
    </p>
  );
}

/** Over what was known before, when it could not be renewed: old figures never look like new ones. */
function Outdated({ since, retry }: { since: number; retry: () => void }) {
  const { shared } = useMessages();
  const formats = useFormats();
  const now = useNow();
  return (
    <div
      role="alert"
      className="mb-3 flex flex-wrap items-center gap-2 rounded-md border border-warn bg-tint-warn px-3 py-2 text-sm"
    >
      <span className="grow">{shared.failed.outdated(formats.clock(since, now))}</span>
      <Button onClick={retry}>{shared.retry}</Button>
    </div>
  );
}

interface LoadedProps<Data> {
  query: UseQueryResult<Data>;
  children: (data: Data) => ReactNode;
}

/** Tells loading, failed and shown-but-old apart; what the data holds, empty or not, is the child's to say. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const retry = () => void query.refetch();
  if (query.data === undefined) return query.isError ? <Failed error={query.error} retry={retry} /> : <Loading />;
  return (
    <>
      {query.isError && <Outdated since={query.dataUpdatedAt} retry={retry} />}
      {children(query.data)}
    </>
  );
}

interface LoadedPagesProps<Item> {
  query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  empty: ReactNode;
  children: (items: Item[]) => ReactNode;
}

/** The same for lists that come page by page, with the button for the next one. */
export function LoadedPages<Item>({ query, empty, children }: LoadedPagesProps<Item>) {
  const { shared } = useMessages();
  const formats = useFormats();
  const client = useQueryClient();
  const retry = () => void query.refetch();
  if (query.data === undefined) return query.isError ? <Failed error={query.error} retry={retry} /> : <Loading />;
  const { pageParams } = query.data;
  const isCutOff = pageParams[0] !== null;
  const fromStart = () => void client.resetQueries({ predicate: ({ state }) => state.data === query.data });
  const more = async () => {
    const isRenewed = query.isFetching;
    await query.fetchNextPage();
    // The next page came instead of what was just being renewed.
    if (isRenewed) await query.refetch({ cancelRefetch: false });
  };
  const items = query.data.pages.flatMap((page) => page.items);
  const isNextFailed = query.isFetchNextPageError;
  return (
    <>
      {query.isError && !isNextFailed && <Outdated since={query.dataUpdatedAt} retry={retry} />}
      {isCutOff && (
        <p className="mb-3 flex flex-wrap items-center justify-center gap-2 text-sm text-muted">
          {shared.startLeftOut}
          <Button onClick={fromStart}>{shared.fromStart}</Button>
        </p>
      )}
      {items.length === 0 ? empty : children(items)}
      {isNextFailed && <Failed error={query.error} />}
      {items.length > 0 && (
        <p className="mt-3 text-center text-sm text-muted">
          {query.hasNextPage ? (
            <Button disabled={query.isFetchingNextPage} onClick={() => void more()}>
              {query.isFetchingNextPage ? shared.loadingMore : shared.more}
            </Button>
          ) : isCutOff ? (
            shared.thatIsTheEnd
          ) : (
            shared.thatIsAll(formats.count(items.length))
          )}
        </p>
      )}
    </>
  );
}
