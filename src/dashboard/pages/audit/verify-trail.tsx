import { useMutation } from '@tanstack/react-query';
import type { AuditVerdict } from '../../../contracts/api/audit.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { Exact } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

/** The whole chain computed anew. That it could not be checked is never shown as a verdict. */
export function VerifyTrail({ trail }: { trail: string }) {
  const { audit: t } = useMessages();
  const verify = useMutation({
    mutationFn: () => sendJson<AuditVerdict>('/api/audit/verify', { method: 'POST', body: { trail } }),
  });
  return (
    <div className="mt-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button look="main" disabled={verify.isPending} onClick={() => verify.mutate()}>
          {verify.isPending ? t.verifying : t.verify}
        </Button>
        <span className="text-sm text-muted">{t.verifyIntro}</span>
      </div>
      <FailedLine error={verify.error} />
      <div role="status">{verify.data && !verify.isPending && <Verdict verdict={verify.data} />}</div>
    </div>
  );
}

function Verdict({ verdict }: { verdict: AuditVerdict }) {
  const { audit: t } = useMessages();
  const formats = useFormats();
  const tone = verdict.isIntact ? 'ok' : 'bad';
  const { firstBadSequence: bad, finding } = verdict;
  return (
    <Card edge={tone} tint={tone} className="mt-3">
      <p className="font-semibold">
        {verdict.isIntact ? t.intact(verdict.entries) : bad === null ? t.broken : t.brokenFrom(formats.count(bad))}
      </p>
      {finding !== null && <p className="text-bad">{t.finding[finding] ?? oneLine(finding)}</p>}
      {!verdict.isIntact && <p className="mt-1 text-sm">{t.brokenRemedy}</p>}
      <p className="mt-1 text-sm text-muted">
        {t.checkpoints(verdict.checkpoints)} · {t.checked} <Exact at={verdict.checkedAt} />
      </p>
      {verdict.notExcluded.length > 0 && (
        <div className="mt-2 text-sm">
          <p>{t.notExcluded}</p>
          <ul className="list-disc pl-5">
            {verdict.notExcluded.map((one) => (
              <li key={one}>{visibleText(one)}</li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}
