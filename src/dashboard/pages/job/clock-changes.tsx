import type { JobDetail } from '../../../contracts/api/jobs.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, Section } from '../../components/card.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { readersZone, zoneOf } from './zone-of.ts';

/** A job of every few minutes has hundreds on a day; their number stands above them. */
const SHOWN = 6;

/** The next two days on which the clocks change, and what becomes of the job on them, before they come. */
export function ClockChanges({ job }: { job: JobDetail }) {
  const { jobs: t } = useMessages();
  const formats = useFormats();
  const zone = zoneOf(job);
  if (job.clockChanges.length === 0 && zone === null) return null;
  return (
    <Section title={t.clockTitle} id="clock">
      {job.clockChanges.length === 0 && <p className="text-sm text-muted">{t.clockNone}</p>}
      <div className="flex flex-col gap-2">
        {job.clockChanges.map((change) => (
          <Card key={change.day}>
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-semibold">{oneLine(change.day)}</span>
              <Badge tone="info">{t.change[change.change]}</Badge>
            </p>
            <p className="mt-1 text-sm">{visibleText(change.note)}</p>
            <p className="mt-1 text-sm text-muted">{t.ticksOfDay(change.ticks.length)}</p>
            <ul className="text-sm text-muted">
              {change.ticks.slice(0, SHOWN).map((tick) => (
                <li key={tick}>{formats.inZone(Date.parse(tick), zone ?? readersZone())}</li>
              ))}
              {change.ticks.length > SHOWN && <li>…</li>}
            </ul>
          </Card>
        ))}
      </div>
    </Section>
  );
}
