import type { OutboxRow } from '../ports.ts';
import { once, Payload, type Told, toNotification } from './facts.ts';

const NAME_CHARACTERS = 120;

/** A report of usage that was made on schedule. Its details are codes and numbers: each recipient reads them in their own language. */
export function usageTold(row: OutboxRow): Told {
  const usage = new Payload(row.payload);
  const number = (name: string) => usage.number(name) ?? 0;
  const counts = { users: number('activeUsers'), requests: number('requests'), errors: number('errors') };
  const features = usage
    .list('features')
    .map((one) => ({ name: nameOf(one, 'name'), count: one.number('count') ?? 0 }));
  const codes = usage.list('codes').map((one) => ({ name: nameOf(one, 'name'), count: one.number('count') ?? 0 }));
  const users = usage.list('users').map((one) => ({
    user: nameOf(one, 'user'),
    minutes: one.number('minutes') ?? 0,
    requests: one.number('requests') ?? 0,
    errors: one.number('errors') ?? 0,
  }));
  const isEmpty = counts.requests === 0 && counts.errors === 0;
  const detail = (label: string, value: unknown) => ({ label: `usage:${label}`, text: JSON.stringify(value) });
  return once(
    toNotification(row, {
      occasion: 'usage_digest',
      key: `usage:${row.subjectId}`,
      dedupeKey: 'usage',
      severity: 'info',
      about: { kind: 'guardian', id: row.subjectId, firing: null },
      facts: {
        title: usage.text('period') ?? row.subjectId,
        path: '/usage',
        details: isEmpty
          ? [detail('nothing', usage.text('lastRecordAt')), ...missing(usage, detail)]
          : [
              detail('counters', counts),
              ...(number('anonymousRequests') > 0 ? [detail('anonymous', number('anonymousRequests'))] : []),
              detail('features', features),
              detail('users', users),
              detail('codes', codes),
              ...missing(usage, detail),
              ...(usage.isTrue('isEstimated') ? [detail('estimated', true)] : []),
            ],
      },
    }),
  );
}

function missing(usage: Payload, detail: (label: string, value: unknown) => { label: string; text: string }) {
  const records = usage.number('missingRecords') ?? 0;
  return records > 0 ? [detail('missing', records)] : [];
}

function nameOf(one: Payload, name: string): string {
  return (one.text(name) ?? '?').slice(0, NAME_CHARACTERS);
}
