import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type AuditTrail, auditTrailsQuery } from '../../api/queries/audit.ts';
import { Badge } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { OWN_TRAIL } from './audit-filters.ts';
import { VerifyTrail } from './verify-trail.tsx';

const route = getRouteApi('/audit');

/** Which trail is looked at, how far it is signed, and the button that checks it. */
export function Trails() {
  const trails = useQuery(auditTrailsQuery);
  return <Loaded query={trails}>{({ items }) => <OneTrail trails={items} />}</Loaded>;
}

function OneTrail({ trails }: { trails: readonly AuditTrail[] }) {
  const { audit: t } = useMessages();
  const { trail = OWN_TRAIL } = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = (name: string) => (name === OWN_TRAIL ? t.ownTrail : oneLine(name));
  const names = new Set([OWN_TRAIL, ...trails.map(({ name }) => name), trail]);
  const shown = trails.find(({ name }) => name === trail);
  return (
    <Card>
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        {names.size > 1 && (
          <SelectField
            label={t.trail}
            value={trail}
            options={[...names].map((name) => [name, nameOf(name)] as const)}
            onChoose={(name) => void navigate({ search: { trail: name === OWN_TRAIL ? undefined : name } })}
            className="w-full sm:w-64"
          />
        )}
        {shown && <State trail={shown} />}
      </div>
      <VerifyTrail key={trail} trail={trail} />
    </Card>
  );
}

function State({ trail }: { trail: AuditTrail }) {
  const { audit: t } = useMessages();
  const formats = useFormats();
  const { lastCheckpoint } = trail;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1 text-sm text-muted">
      <span>{t.entries(trail.entries)}</span>
      <span>
        {t.lastEntry} <Ago at={trail.lastAt} />
      </span>
      {lastCheckpoint === null ? (
        <Badge tone="info">{t.noCheckpoint}</Badge>
      ) : (
        <>
          <span>
            {t.checkpoint(formats.count(lastCheckpoint.sequence))}, <Ago at={lastCheckpoint.at} />
          </span>
          {lastCheckpoint.isAnchored ? (
            <Badge tone="ok">{t.anchored}</Badge>
          ) : (
            <span title={t.notAnchoredMeans}>
              <Badge tone="warn">{t.notAnchored}</Badge>
            </span>
          )}
        </>
      )}
    </p>
  );
}
