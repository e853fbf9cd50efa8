import type { ReactNode } from 'react';

const EDGES = {
  none: 'border-l-line',
  ok: 'border-l-ok',
  warn: 'border-l-warn',
  bad: 'border-l-alarm',
  info: 'border-l-info',
} as const;

const TINTS = {
  none: 'bg-card',
  ok: 'bg-tint-ok',
  warn: 'bg-tint-warn',
  bad: 'bg-tint-bad',
  info: 'bg-tint-info',
} as const;

export type Tone = keyof typeof EDGES;

interface CardProps {
  edge?: Tone;
  tint?: Tone;
  className?: string;
  children: ReactNode;
}

export function Card({ edge = 'none', tint = 'none', className = '', children }: CardProps) {
  const side = edge === 'none' ? '' : `border-l-4 ${EDGES[edge]}`;
  return (
    <div
      className={`min-w-0 rounded-lg border border-line p-3 wrap-anywhere sm:p-4 ${side} ${TINTS[tint]} ${className}`}
    >
      {children}
    </div>
  );
}

interface SectionProps {
  title: ReactNode;
  id?: string;
  /** Stands at the right of the title. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ title, id, aside, children }: SectionProps) {
  return (
    <section aria-labelledby={id} className="mt-6 min-w-0 first:mt-0">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export function PageHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <h1 className="text-2xl font-semibold wrap-anywhere">{title}</h1>
      {children && <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}

/** What stands where a list would be: never just nothing, always what to do next. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Card className="py-8 text-center">
      <p className="font-semibold">{title}</p>
      {children && <div className="mx-auto mt-1 max-w-prose text-sm text-muted">{children}</div>}
    </Card>
  );
}
