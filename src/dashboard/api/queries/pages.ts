import { infiniteQueryOptions } from '@tanstack/react-query';
import { getJson, type Page, withQuery } from '../request.ts';

/** What a list that comes whole is wrapped in. */
export interface Items<Item> {
  items: Item[];
}

/** A list never holds more pages: each change asks for all of them again. The first shown fall out at the other end. */
export const MOST_PAGES = 10;

/** A list that comes page by page, under the key by which the stream of changes makes it old. */
export function pages<Item>(key: readonly unknown[], path: string, query: Record<string, string | number | undefined>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => getJson<Page<Item>>(withQuery(path, { ...query, cursor: pageParam }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    maxPages: MOST_PAGES,
  });
}
