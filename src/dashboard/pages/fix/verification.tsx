import type { FixDetail, Verification as VerificationView } from '../../../contracts/api/fixes.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, Section } from '../../components/card.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { shortRevision, visibleText } from '../../visible-text.ts';
import { OUTCOME_TONES, useProgressWords } from '../fixes/verification-words.ts';

/** What silence on the revision that holds the fix says so far; the other revisions stand below, out of the way. */
export function Verification({ fix }: { fix: FixDetail }) {
  const { fixes: t } = useMessages();
  const { verification, verifications } = fix;
  const others = verifications.filter(({ revision }) => revision !== verification?.revision);
  return (
    <Section title={t.verification} id="verification">
      {verification === null ? (
        <p className="text-sm text-muted">{t.noVerification}</p>
      ) : (
        <One verification={verification} />
      )}
      {others.length > 0 && (
        <details className="mt-2">
          <summary className="cursor-pointer text-sm text-muted">
            {t.earlier} ({others.length})
          </summary>
          <ul className="mt-2 flex flex-col gap-2">
            {others.map((one) => (
              <li key={one.revision}>
                <One verification={one} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

function One({ verification }: { verification: VerificationView }) {
  const { fixes: t } = useMessages();
  const progress = useProgressWords();
  const { outcome, revision, requests, needed, unit } = verification;
  const words = progress(verification);
  const isCounted = unit === 'requests' && requests !== null && needed !== null && needed > 0;
  return (
    <Card edge={OUTCOME_TONES[outcome]}>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={OUTCOME_TONES[outcome]}>{t.verdict[outcome]}</Badge>
        {revision !== '' && <span className="font-mono text-sm">{shortRevision(revision)}</span>}
        <span className="text-xs text-muted">
          {t.looked} <Ago at={verification.at} />
        </span>
      </p>
      {words !== '' && <p className="mt-1 font-semibold">{words}</p>}
      {isCounted && outcome !== 'still seen' && (
        <div aria-hidden="true" className="mt-1 h-1.5 max-w-md rounded bg-raised">
          <div
            className="h-full rounded bg-info"
            style={{ width: `${Math.min(100, Math.max(1, (requests / needed) * 100))}%` }}
          />
        </div>
      )}
      {verification.detail !== '' && <p className="mt-1 text-sm text-muted">{visibleText(verification.detail)}</p>}
    </Card>
  );
}
