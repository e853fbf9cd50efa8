import type { Breadcrumb } from '../../../core/events/index.ts';
import { asCount, asInstant, asList, asMessage, asName, asObject, type JsonObject, jsonText } from './read-value.ts';

/** As many as the pipeline keeps; the newest, which stand last. */
const MOST_BREADCRUMBS = 100;
const LONGEST_DATA = 1_024;

/** https://develop.sentry.dev/sdk/foundations/transport/event-payloads/breadcrumbs/. `drift` (ms) is added to their instants. */
export function readBreadcrumbs(value: unknown, drift: number): { breadcrumbs: Breadcrumb[]; truncated: boolean } {
  const list = asList(value ?? null);
  const breadcrumbs: Breadcrumb[] = [];
  for (const entry of list.slice(-MOST_BREADCRUMBS)) {
    const crumb = asObject(entry);
    const message = crumb === null ? null : messageOf(crumb);
    if (crumb === null || message === null) continue;
    const time = asInstant(crumb.timestamp);
    breadcrumbs.push({
      time: time === null ? null : time + drift,
      category: asName(crumb.category, 128) ?? asName(crumb.type, 128),
      message,
      level: asName(crumb.level, 32),
    });
  }
  return { breadcrumbs, truncated: list.length > MOST_BREADCRUMBS };
}

/** A crumb without a message tells by its data: a request, a navigation, whatever else. */
function messageOf(crumb: JsonObject): string | null {
  const data = asObject(crumb.data);
  const told = asMessage(crumb.message);
  if (data === null) return told ?? asName(crumb.category, 128) ?? asName(crumb.type, 128);
  const url = asName(data.url);
  const request =
    url === null ? null : [asName(data.method, 16) ?? asName(data['http.method'], 16), url].filter(Boolean).join(' ');
  const status = asCount(data.status_code) ?? asCount(data['http.response.status_code']);
  if (request !== null && told === null) return status === null ? request : `${request} → ${status}`;
  const from = asName(data.from);
  const to = asName(data.to);
  if (to !== null && told === null) return from === null ? to : `${from} → ${to}`;
  return told ?? jsonText(data)?.slice(0, LONGEST_DATA) ?? asName(crumb.category, 128);
}
