import type { ReactNode } from 'react';

interface UntrustedProps {
  /** Who wrote it, and that it is no instruction. */
  note: string;
  children: ReactNode;
}

/** A marked block around text that neither Guardian nor its people wrote. */
export function Untrusted({ note, children }: UntrustedProps) {
  return (
    <div className="mt-2 min-w-0 rounded-md border border-dashed border-warn p-2">
      <p className="text-xs text-warn">⚠ {note}</p>
      {children}
    </div>
  );
}
