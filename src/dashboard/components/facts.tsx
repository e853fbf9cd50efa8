import type { ReactNode } from 'react';
import { visibleText } from '../visible-text.ts';
import { Pre } from './code.tsx';

/** Names and values in two columns. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[fit-content(50%)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">{children}</dl>;
}

/** One of them; what is null or empty is left out. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === '' || children === false) return null;
  return (
    <>
      <dt className="text-muted wrap-anywhere">{visibleText(name)}</dt>
      <dd className="min-w-0 wrap-anywhere">{typeof children === 'string' ? visibleText(children) : children}</dd>
    </>
  );
}

/** Whatever a client sent as an object: short values as rows, nested ones as text, null left out. */
export function ObjectFacts({ value }: { value: Record<string, unknown> }) {
  return (
    <Facts>
      {Object.entries(value).map(([name, one]) => (
        <Fact key={name} name={name}>
          {one === null ? null : typeof one === 'object' ? (
            <Pre text={JSON.stringify(one, null, 2)} label={visibleText(name)} />
          ) : (
            <span className="font-mono text-xs">{visibleText(String(one))}</span>
          )}
        </Fact>
      ))}
    </Facts>
  );
}
