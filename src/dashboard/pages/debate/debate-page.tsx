import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Debate } from '../../../contracts/api/debates.ts';
import { cancelDebate, debateQuery } from '../../api/queries/debates.ts';
import { Button } from '../../components/button.tsx';
import { Card, PageHead, Section } from '../../components/card.tsx';
import { DEBATE_TONES, DebateBadge, useUsd } from '../../components/debate-badge.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { visibleText } from '../../visible-text.ts';
import { Costs } from './costs.tsx';
import { progressOf } from './progress-of.ts';
import { Rounds } from './rounds.tsx';
import { SynthesisView } from './synthesis-view.tsx';

const route = getRouteApi('/debates/$id');

export function DebatePage() {
  const { id } = route.useParams();
  const { debates: t } = useMessages();
  const debate = useQuery(debateQuery(id));
  return (
    <>
      <title>{`${t.one} · Guardian`}</title>
      <Link to="/debates" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <PageHead title={t.one}>{debate.data && <DebateBadge debate={debate.data} />}</PageHead>
      <Loaded query={debate}>{(data) => <Whole debate={data} />}</Loaded>
    </>
  );
}

function Whole({ debate }: { debate: Debate }) {
  const { debates: t } = useMessages();
  return (
    <>
      <Card edge={debate.isOneVoice ? 'warn' : DEBATE_TONES[debate.state]}>
        <p className="font-semibold whitespace-pre-wrap wrap-anywhere">{visibleText(debate.topic)}</p>
        <div className="mt-3">
          <Numbers debate={debate} />
        </div>
        {debate.isOneVoice && <p className="mt-2 text-sm text-warn">{t.oneVoiceMeans}</p>}
        {debate.state === 'running' && <Running debate={debate} />}
      </Card>
      <Section title={t.synthesis} id="synthesis">
        <SynthesisView debate={debate} />
      </Section>
      <Rounds debate={debate} />
      <Section title={t.costByAgent} id="costs">
        <Costs debate={debate} />
      </Section>
    </>
  );
}

function Numbers({ debate }: { debate: Debate }) {
  const { debates: t } = useMessages();
  const formats = useFormats();
  const usd = useUsd();
  const { agreement, cost, startedAt, endedAt, endedBecause, synthesis } = debate;
  const isOverlap = synthesis === null || synthesis.extractive;
  return (
    <Figures>
      <Figure name={t.agreement} hint={isOverlap ? t.overlapMeans : t.agreementMeans}>
        {agreement === null ? (
          <span className="font-normal text-muted">{t.agreementUnknown}</span>
        ) : (
          formats.percent(agreement)
        )}
      </Figure>
      <Figure name={t.cost}>{usd(cost.total_usd)}</Figure>
      <Figure name={t.tokens}>{formats.count(cost.tokens)}</Figure>
      <Figure name={t.started}>
        <Ago at={startedAt} />
      </Figure>
      {endedAt !== null && (
        <div>
          <dt className="text-xs text-muted">{t.lasted}</dt>
          <dd className="font-semibold">
            {formats.duration(Date.parse(endedAt) - Date.parse(startedAt))}
            {endedBecause !== null && (
              <span className="font-normal text-muted">, {t.because[endedBecause] ?? endedBecause}</span>
            )}
          </dd>
        </div>
      )}
    </Figures>
  );
}

function Running({ debate }: { debate: Debate }) {
  const { debates: t } = useMessages();
  const formats = useFormats();
  const client = useQueryClient();
  const mayCancel = useMay('write');
  const { round, isSynthesis } = progressOf(debate);
  const cancel = useMutation({
    mutationFn: () => cancelDebate(debate.id),
    onSettled: () => client.invalidateQueries({ queryKey: ['debates'] }),
  });
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
      <p role="status">
        {isSynthesis ? t.inSynthesis : t.inRound(formats.count(round), formats.count(debate.config.rounds))}{' '}
        <span className="text-muted">{t.live}</span>
      </p>
      {mayCancel && (
        <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
          {cancel.isPending ? t.cancelling : t.cancel}
        </Button>
      )}
      <FailedLine error={cancel.error} />
    </div>
  );
}
