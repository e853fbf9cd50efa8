import type { ReactNode } from 'react';

/** Numbers beside each other, each under its name. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className="flex flex-wrap gap-x-6 gap-y-2">{children}</dl>;
}

export function Figure({ name, children, hint }: { name: string; children: ReactNode; hint?: string }) {
  return (
    <div title={hint}>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="font-semibold whitespace-nowrap">{children}</dd>
    </div>
  );
}
