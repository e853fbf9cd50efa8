import { type Draft, quoted } from './entry.ts';
import { eventSource, type Gathered } from './section-input.ts';

/** The log around the failure and the breadcrumbs, newest first: what lies longest ago is cut first. */
export function tailDrafts(gathered: Gathered): Draft[] {
  const { view, messages } = gathered;
  const t = messages.handOff;
  const origin = eventSource(gathered);
  const log = (view?.log_tail ?? []).map(({ timestamp, severity, message }) => `${timestamp} ${severity} ${message}`);
  const crumbs = (view?.breadcrumbs ?? []).map(({ time, category, message }) =>
    `${time ?? ''} ${category ?? ''} ${message}`.trim(),
  );
  return [
    ...(log.length > 0
      ? [{ entry: quoted('log', t.log, { ...origin, lines: onLines(log.toReversed()) }), share: 0.5 }]
      : []),
    ...(crumbs.length > 0
      ? [
          {
            entry: quoted('breadcrumbs', t.breadcrumbs, { ...origin, lines: onLines(crumbs.toReversed()) }),
            share: 0.4,
          },
        ]
      : []),
  ];
}

/** One line each: no entry can pass for another. */
function onLines(lines: string[]): string[] {
  return lines.map((line) => line.replace(/[\t ]*[\r\n]+[\t ]*/g, ' ⏎ '));
}
