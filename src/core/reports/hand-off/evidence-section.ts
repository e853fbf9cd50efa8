import type { EvidenceView } from '../../../contracts/report.ts';
import { type Draft, quoted, said } from './entry.ts';
import { eventSource, type Gathered } from './section-input.ts';

type ExceptionView = EvidenceView['exceptions'][number];

/** The chain, the stack, the request. The stack is written crash first, so that its end is what matters least. */
export function evidenceDrafts(gathered: Gathered): Draft[] {
  const { view, representative, messages } = gathered;
  const t = messages.handOff;
  if (view === null || representative === null) return [{ entry: said('no-events', t.noEvents), share: 1 }];
  const origin = eventSource(gathered);
  const { exceptions, stack_trace: stackText, truncated } = view;
  const cut = truncated ? `\n${messages.report.traceCut}` : '';
  const chain = exceptions.map(({ relation, type, message }) => `${relation}: ${type ?? '?'}: ${message ?? ''}`);
  const frames = exceptions.flatMap(stackLines);
  const drafts: Draft[] = [
    exceptions.length > 0
      ? { entry: quoted('chain', t.chain, { ...origin, lines: chain }), share: 0.3 }
      : { entry: quoted('message', t.message, { ...origin, lines: representative.body.split('\n') }), share: 0.3 },
  ];
  if (frames.length > 0)
    drafts.push({ entry: quoted('stack', `${t.stack}${cut}`, { ...origin, lines: frames }), share: 0.3 });
  else if (stackText)
    drafts.push({
      entry: quoted('stack', `${t.stackText}${cut}`, { ...origin, lines: stackText.split('\n') }),
      share: 0.3,
    });
  const request = requestLines(view);
  if (request.length > 0)
    drafts.push({ entry: quoted('request', t.request, { ...origin, lines: request }), share: 0.2 });
  return drafts;
}

function stackLines({ type, frames }: ExceptionView): string[] {
  if (frames.length === 0) return [];
  return [
    `${type ?? '?'}`,
    ...frames.map((frame) => {
      const place = `${frame.file ?? frame.module ?? '?'}:${frame.line ?? '?'}`;
      const code = frame.code?.trim() ? `  ${frame.code.trim()}` : '';
      return `${frame.is_application ? '*' : ' '} ${place} ${frame.function ?? ''}${code}`;
    }),
  ];
}

function requestLines({ request }: EvidenceView): string[] {
  if (request === null) return [];
  const { method, path, status, duration_ms, request_id, user_agent } = request;
  return [
    `${method ?? ''} ${path ?? ''} → ${status ?? '?'}${duration_ms === null ? '' : ` (${duration_ms} ms)`}`.trim(),
    ...(request_id ? [`id ${request_id}`] : []),
    ...(user_agent ? [`client ${user_agent}`] : []),
  ];
}
