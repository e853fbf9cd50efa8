import type { HandOffOutlook as OutlookView } from '../../contracts/api/fixes.ts';
import type { ByItselfRefusal, HandOffOutlook, Reason } from '../../core/fixes/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';

/** What a hand-off would meet, in people's words; a cap of its fixability stands among what it is made of. */
export function outlookView(
  { fixability: { score, points, cap }, level, open, ways, byItself }: HandOffOutlook,
  { fixes: t }: Messages,
): OutlookView {
  const reason = ({ refusal, counts }: Reason<ByItselfRefusal>) => {
    const text = t.refusals[refusal];
    return { code: refusal, text: counts === null ? text : t.counted(text, counts.has, counts.needs) };
  };
  return {
    fixability: score,
    level,
    fixabilityReasons: [
      ...points.map(({ signal, points: worth }) => ({ points: worth, text: t.signals[signal] })),
      ...(cap === null ? [] : [{ points: 0, text: t.assignment.cap(t.caps[cap.reason], cap.at) }]),
    ],
    open: open?.id ?? null,
    ways: ways.map(({ way, agent, reasons }) => ({ way, agent, reasons: reasons.map(reason) })),
    byItself: {
      agent: byItself.agent,
      reasons: byItself.reasons.map(reason),
      againAt: byItself.againAt === null ? null : toInstant(byItself.againAt),
    },
  };
}
