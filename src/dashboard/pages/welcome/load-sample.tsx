import { useIsMutating, useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { IssueSummary } from '../../../contracts/api/issues.ts';
import { getJson, type Page, send } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { useMessages } from '../../language.tsx';

const LOOK_EVERY_MS = 500;
const LOOKS = 40;
const SAMPLE = ['sample'];

/** Events become issues a moment after they came in; null when none did within 20 s. */
async function waitForIssue(): Promise<IssueSummary | null> {
  for (let look = 0; look < LOOKS; look++) {
    const { items } = await getJson<Page<IssueSummary>>('/api/issues?project=sample&state=all&limit=1');
    if (items[0]) return items[0];
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
}

/** While the sample is on its way, the page from which it was asked for stays, though events have come. */
export function useIsSampleLoading(): boolean {
  return useIsMutating({ mutationKey: SAMPLE }) > 0;
}

export function LoadSample() {
  const { welcome: t } = useMessages();
  const navigate = useNavigate();
  const [hasLoaded, setLoaded] = useState(false);
  const sample = useMutation({
    mutationKey: SAMPLE,
    mutationFn: async () => {
      await send('/api/sample', { method: 'POST' });
      setLoaded(true);
      const issue = await waitForIssue();
      if (issue) await navigate({ to: '/issues/$id', params: { id: issue.shortId }, search: {} });
      return issue;
    },
    onSettled: () => setLoaded(false),
  });
  return (
    <Card edge="info">
      <h2 className="font-semibold">{t.sampleTitle}</h2>
      <p className="mt-1 mb-3 text-sm text-muted">{t.sampleText}</p>
      <Button look="main" disabled={sample.isPending} onClick={() => sample.mutate()}>
        {t.sample}
      </Button>
      <p role="status" className="mt-2 text-sm text-muted">
        {sample.isPending && (hasLoaded ? t.sampleWaiting : t.sampleLoading)}
        {sample.data === null && (
          <>
            {t.sampleSlow}{' '}
            <Link to="/issues" search={{ project: 'sample' }} className="text-info underline">
              {t.toIssues}
            </Link>
          </>
        )}
      </p>
      <FailedLine error={sample.error} />
    </Card>
  );
}
