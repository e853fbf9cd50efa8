import type { JobDetail } from '../../../contracts/api/jobs.ts';
import { Section } from '../../components/card.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { readersZone, zoneOf } from './zone-of.ts';

export function NextTicks({ job }: { job: JobDetail }) {
  const { jobs: t } = useMessages();
  const zone = zoneOf(job);
  const reader = readersZone();
  const zones = zone === null || zone === reader ? [reader] : [zone, reader];
  return (
    <Section title={t.nextTitle} id="next">
      {job.nextTicks.length === 0 ? (
        <p className="text-sm text-muted">{t.noTicks}</p>
      ) : (
        <Ticks ticks={job.nextTicks} zones={zones} zone={zone} />
      )}
    </Section>
  );
}

interface TicksProps {
  ticks: readonly string[];
  zones: readonly string[];
  /** The job's own; null: it has none. */
  zone: string | null;
}

function Ticks({ ticks, zones, zone }: TicksProps) {
  const { jobs: t } = useMessages();
  const formats = useFormats();
  return (
    <ScrollBox label={t.nextTitle} className="rounded-lg border border-line bg-card">
      <table className="w-full text-left text-xs sm:text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {zones.map((one) => (
              <th key={one} scope="col" className="px-2 py-1.5 font-normal sm:px-2.5">
                {one === zone ? t.zoneJob(one) : t.zoneReader(one)}
              </th>
            ))}
            <th scope="col" className="px-2 py-1.5 font-normal sm:px-2.5">
              {t.from}
            </th>
          </tr>
        </thead>
        <tbody>
          {ticks.map((tick) => (
            <tr key={tick} className="border-b border-line last:border-b-0">
              {zones.map((one) => (
                <td key={one} className="px-2 py-1 sm:px-2.5 sm:whitespace-nowrap">
                  {formats.inZone(Date.parse(tick), one)}
                </td>
              ))}
              <td className="px-2 py-1 text-muted sm:px-2.5">
                <Ago at={tick} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
