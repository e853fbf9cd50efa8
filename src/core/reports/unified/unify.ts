import type {
  AlertPart,
  JobPart,
  OwnPart,
  ServicePart,
  UnifiedPart,
  UnifiedReport,
} from '../../../contracts/api/unified.ts';
import { type Messages, toInstant } from '../../shared/index.ts';
import { worstOf } from './verdict.ts';

/** Reasons that are listed; the parts have all of theirs. */
const REASONS = 20;

export interface UnifyInput {
  services: ServicePart[];
  jobs: JobPart[];
  alerts: { total: number; items: AlertPart[] };
  guardian: OwnPart[];
  models: UnifiedReport['models'];
  /** Epoch ms. */
  at: number;
  messages: Messages;
}

/** The worst of all parts. A gap is never OK, and neither is an installation that watches nothing. */
export function unify({ at, messages, ...parts }: UnifyInput): UnifiedReport {
  const { unified: t } = messages;
  const services = worstFirst(parts.services);
  const jobs = worstFirst(parts.jobs);
  const all: UnifiedPart[] = [...services, ...jobs, ...parts.alerts.items, ...parts.guardian];
  const worst = worstOf(all.map(({ status }) => status)) ?? 'could not look';
  const isWatching = services.length > 0 || jobs.some(isWatched);
  const status = worst === 'OK' && !isWatching ? 'could not look' : worst;
  const isTold = (part: UnifiedPart) => part.status === status || part.status === 'could not look';
  const told = status === 'OK' ? [] : all.filter(isTold);
  const reasons = told.flatMap((part) =>
    (part.reasons.length === 0 ? [''] : part.reasons).map((why) => t.of(part.name, why)),
  );
  return {
    schema: 'guardian.unified/1',
    madeAt: toInstant(at),
    status,
    gaps: all.filter((part) => part.status === 'could not look').length,
    reasons: [...(isWatching ? [] : [t.nothingWatched]), ...reasons].slice(0, REASONS),
    ...parts,
    services,
    jobs,
  };
}

/** Guardian's own jobs say how Guardian is, not that anything is watched. */
function isWatched({ origin, status }: JobPart): boolean {
  return origin !== 'guardian' && status !== 'nothing yet';
}

function worstFirst<P extends UnifiedPart>(parts: readonly P[]): P[] {
  const order = ['CRITICAL', 'DEGRADED', 'could not look', 'OK', 'nothing yet'];
  return parts.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status) || (a.name < b.name ? -1 : 1));
}
