import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { IssueSummary } from '../../../contracts/api/issues.ts';
import { getJson, type Page, sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { useMessages } from '../../language.tsx';

const LOOK_EVERY_MS = 500;
const LOOKS = 40;

/** Events become issues a moment after they came in; null when none did within 20 s. */
async function waitForIssue(): Promise<IssueSummary | null> {
  for (let look = 0; look < LOOKS; look++) {
    const { items } = await getJson<Page<IssueSummary>>('/api/issues?project=sample&state=all&limit=1');
    if (items[0]) return items[0];
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
}

export function LoadSample() {
  const { welcome: t } = useMessages();
  const navigate = useNavigate();
  const load = useMutation({ mutationFn: () => sendJson('/api/sample', { method: 'POST', body: {} }) });
  const wait = useMutation({
    mutationFn: waitForIssue,
    onSuccess: (issue) => issue && navigate({ to: '/issues/$id', params: { id: issue.shortId }, search: {} }),
  });
  const isBusy = load.isPending || wait.isPending;
  return (
    <Card edge="info">
      <h2 className="font-semibold">{t.sampleTitle}</h2>
      <p className="mt-1 mb-3 text-sm text-muted">{t.sampleText}</p>
      <Button look="main" disabled={isBusy} onClick={() => load.mutate(undefined, { onSuccess: () => wait.mutate() })}>
        {t.sample}
      </Button>
      <p role="status" className="mt-2 text-sm text-muted">
        {load.isPending && t.sampleLoading}
        {wait.isPending && t.sampleWaiting}
        {wait.data === null && (
          <>
            {t.sampleSlow}{' '}
            <Link to="/issues" search={{ project: 'sample' }} className="text-info underline">
              {t.toIssues}
            </Link>
          </>
        )}
      </p>
      <FailedLine error={load.error ?? wait.error} />
    </Card>
  );
}
