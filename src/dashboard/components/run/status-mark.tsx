import type { ReactNode } from 'react';
import type { RunStatusView } from '../../../contracts/api/jobs.ts';
import type { Tone } from '../card.tsx';

export const RUN_TONES: Record<RunStatusView, Tone> = {
  queued: 'info',
  running: 'info',
  success: 'ok',
  warning: 'warn',
  error: 'bad',
  skipped: 'none',
  upstream_failed: 'bad',
  cancelled: 'none',
  timed_out: 'bad',
};

/** Colour in a chart, a name of the palette. */
export const RUN_COLORS: Record<RunStatusView, string> = {
  queued: 'info',
  running: 'info',
  success: 'ok',
  warning: 'warn',
  error: 'alarm',
  skipped: 'muted',
  upstream_failed: 'bad',
  cancelled: 'muted',
  timed_out: 'bad',
};

const clock = (
  <>
    <circle cx="6" cy="6" r="4.5" />
    <path d="M6 3.5V6l2 1" />
  </>
);

/** Each status has a shape of its own, for those who do not tell its colour apart. */
const SHAPES: Record<RunStatusView, ReactNode> = {
  queued: <circle cx="6" cy="6" r="4.5" strokeDasharray="2 2" />,
  running: <path d="M3.5 2v8l6-4z" fill="currentColor" />,
  success: <path d="M2 6.5 5 9.5 10 3" />,
  warning: <path d="M6 1.5 11 10.5H1zM6 5v2.5M6 9v.3" />,
  error: <path d="m2.5 2.5 7 7m0-7-7 7" />,
  skipped: <path d="M2 6h8" />,
  upstream_failed: <path d="M1 6h6M5 3.5 7.5 6 5 8.5M10.5 2v8" />,
  cancelled: <rect x="2.5" y="2.5" width="7" height="7" fill="currentColor" />,
  timed_out: clock,
};

export function StatusMark({ status }: { status: RunStatusView }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 12 12"
      className="inline-block size-3 shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {SHAPES[status]}
    </svg>
  );
}
