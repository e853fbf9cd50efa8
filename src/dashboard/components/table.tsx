import type { ReactNode } from 'react';
import { ScrollBox } from './scroll-box.tsx';

interface TableProps {
  caption: string;
  /** The caption is for screen readers only; something else on screen says it. */
  isCaptionHidden?: boolean;
  heads: readonly string[];
  /** Rows, as `<tr>`. */
  children: ReactNode;
}

/** A table that scrolls sideways where it does not fit. */
export function Table({ caption, isCaptionHidden = false, heads, children }: TableProps) {
  return (
    <ScrollBox label={caption} className="rounded-lg border border-line bg-card">
      <table className="w-full text-left text-sm [&_td]:px-3 [&_td]:py-1 [&_th]:px-3 [&_th]:py-1.5">
        <caption className={isCaptionHidden ? 'sr-only' : 'px-3 pt-2 text-left text-sm font-semibold'}>
          {caption}
        </caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {heads.map((head) => (
              <th key={head} scope="col" className="font-normal whitespace-nowrap">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&_tr]:border-b [&_tr]:border-line [&_tr:last-child]:border-b-0">{children}</tbody>
      </table>
    </ScrollBox>
  );
}
