import type { ReactNode } from 'react';
import { visibleText } from '../visible-text.ts';
import { Pre } from './code.tsx';

/** Names and values; what is null is left out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {rows
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted wrap-anywhere">{name}</dt>
            <dd className="min-w-0 wrap-anywhere">{typeof value === 'string' ? visibleText(value) : value}</dd>
          </div>
        ))}
    </dl>
  );
}

function isShort(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value !== 'object';
}

/** Whatever a client sent as an object: short values as rows, nested ones as text. */
export function ObjectFacts({ value }: { value: Record<string, unknown> }) {
  const rows = Object.entries(value).map(([name, one]) => {
    const shown = isShort(one) ? (
      <span className="font-mono text-xs">{visibleText(String(one))}</span>
    ) : (
      <Pre text={JSON.stringify(one, null, 2)} label={visibleText(name)} />
    );
    return [visibleText(name), shown] as const;
  });
  return <Facts rows={rows} />;
}
