import type { Overview } from '../../../contracts/api/overview.ts';
import { StatusBadge, toneOf } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';

type Service = Overview['services'][number];

/** The worst of the services shown; a service that fell silent is no failure of its own. */
function worstOf(services: readonly Service[]): Overview['status'] {
  if (services.length === 0) return 'unknown';
  for (const status of ['CRITICAL', 'DEGRADED'] as const) {
    if (services.some((service) => service.status === status)) return status;
  }
  return 'OK';
}

interface VerdictProps {
  overview: Overview;
  services: readonly Service[];
  project: string | null;
  /** Whether an alert fires: then not everything is well, however the services are. */
  hasAlerts: boolean;
  /** Whether a job needs a look, which says as little of the services. */
  hasJobTrouble: boolean;
}

/** Is anything wrong? One sentence, before everything else. */
export function Verdict({ overview, services, project, hasAlerts, hasJobTrouble }: VerdictProps) {
  const { overview: t } = useMessages();
  const status = project === null ? overview.status : worstOf(services);
  const hasOwnTrouble = status === 'OK' && overview.ownProblems.length > 0;
  const isElsewhere = status === 'OK' && (hasOwnTrouble || hasAlerts || hasJobTrouble);
  const tone = isElsewhere ? 'warn' : toneOf(status);
  const elsewhere = hasOwnTrouble ? t.sentenceOwn : hasAlerts ? t.sentenceAlerts : t.sentenceJobs;
  const sentence = isElsewhere ? elsewhere : t.sentence[status];
  return (
    <Card edge={tone} tint={tone}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-xl font-semibold">{sentence}</h1>
        <StatusBadge status={status} />
      </div>
      {project === null ? (
        <ul className="mt-1 text-sm">
          {overview.reasons.map((reason) => (
            <li key={reason}>{visibleText(reason)}</li>
          ))}
        </ul>
      ) : (
        <p className="mt-1 text-sm">{t.sentenceProject(project)}</p>
      )}
    </Card>
  );
}
