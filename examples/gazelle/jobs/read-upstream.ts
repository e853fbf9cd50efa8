/** Every row of a collection, to the last page. Throws when fewer came than the other side says there are. */
export async function readAll<T>(url: string, collection: string, signal: AbortSignal): Promise<T[]> {
  const rows: T[] = [];
  let page: number | null = 1;
  let total = 0;
  while (page !== null) {
    const response = await fetch(`${url}/${collection}?page=${page}`, { signal });
    if (!response.ok) throw new Error(`${collection}: HTTP ${response.status} ${await response.text()}`);
    const answer = (await response.json()) as { items: T[]; total: number; next: number | null };
    rows.push(...answer.items);
    total = answer.total;
    page = answer.next;
  }
  if (rows.length !== total) throw new Error(`${collection}: ${rows.length} rows came of ${total}`);
  return rows;
}
