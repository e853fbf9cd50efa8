import type { ReactNode } from 'react';

interface ScrollBoxProps {
  label: string;
  className?: string;
  children: ReactNode;
}

/** What may be wider or taller than its place; reachable by keyboard, for else it could not be scrolled there. */
export function ScrollBox({ label, className = '', children }: ScrollBoxProps) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      className={`overflow-auto ${className}`}
    >
      {children}
    </section>
  );
}
