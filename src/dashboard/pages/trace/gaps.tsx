import type { Trace } from '../../../contracts/api/traces.ts';
import { useFormats, useMessages } from '../../language.tsx';

/** More than these say nothing more. */
const SHOWN = 5;

export function Gaps({ gaps }: Pick<Trace, 'gaps'>) {
  const { traces: t } = useMessages();
  const formats = useFormats();
  if (gaps.length === 0) return null;
  return (
    <div className="mb-2 text-sm">
      <h3 className="inline font-semibold">{t.gaps}</h3> <span className="text-muted">{t.gapsMean}</span>
      <ul className="list-disc pl-5">
        {gaps.slice(0, SHOWN).map(({ fromMs, toMs }) => (
          <li key={fromMs}>
            {t.gap(formats.duration(fromMs), formats.duration(toMs), formats.duration(toMs - fromMs))}
          </li>
        ))}
      </ul>
    </div>
  );
}
