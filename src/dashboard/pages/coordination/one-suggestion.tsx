import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Suggestion } from '../../../contracts/api/coordination.ts';
import { sendJson } from '../../api/request.ts';
import { Badge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card, type Tone } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { Figure, Figures } from '../../components/figures.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';
import { useEffectWords } from './effect-words.ts';

const TONES: Record<Suggestion['state'], Tone> = {
  shown: 'info',
  applied: 'warn',
  kept: 'ok',
  reverted: 'bad',
  dismissed: 'none',
};

type Action = 'apply' | 'dismiss' | 'revert';
const ACTIONS: Record<Suggestion['state'], readonly Action[]> = {
  shown: ['apply', 'dismiss'],
  applied: ['revert'],
  kept: ['revert'],
  reverted: [],
  dismissed: [],
};

/** What to change and why, what that should do, how sure that is, and what it did. */
export function OneSuggestion({ suggestion }: { suggestion: Suggestion }) {
  const { coordination: t, shared } = useMessages();
  const formats = useFormats();
  const effect = useEffectWords(suggestion);
  const person = usePerson();
  const { state, measured, confidence } = suggestion;
  return (
    <Card edge={TONES[state]}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link to="/jobs/$id" params={{ id: suggestion.job }} search={{}} className="font-semibold hover:underline">
          {oneLine(suggestion.job)}
        </Link>
        <span className="font-mono text-sm">{effect.change}</span>
        <Badge tone={TONES[state]}>{t.state[state]}</Badge>
        <span className="text-xs text-muted">
          <Ago at={suggestion.decidedAt ?? suggestion.createdAt} />
          {suggestion.by !== null && ` ${t.by(person(suggestion.by))}`}
        </span>
      </div>
      <p className="mt-1 text-sm wrap-anywhere">{visibleText(suggestion.reason)}</p>
      <div className="mt-2">
        <Figures>
          <Figure name={`${t.expected}${shared.colon} ${t.measure[suggestion.measure]}`}>{effect.expected}</Figure>
          <Figure name={t.measured}>
            {measured === null ? <span className="font-normal text-muted">{t.notMeasured}</span> : effect.measured}
          </Figure>
          <Figure name={t.confidence} hint={t.confidenceMeans}>
            {confidence === null ? (
              <span className="font-normal text-muted">{t.confidenceUnknown}</span>
            ) : (
              formats.percent(confidence)
            )}
          </Figure>
        </Figures>
      </div>
      <p className="mt-1 text-xs text-muted">
        {t.restsOn(suggestion.runs)} · {t.judgedOn(suggestion.judgedOn)}
        {measured !== null &&
          ` · ${t.measuredOn(formats.count(measured.runsBefore), formats.count(measured.runsAfter))}`}
      </p>
      <Actions suggestion={suggestion} />
    </Card>
  );
}

function Actions({ suggestion }: { suggestion: Suggestion }) {
  const { coordination: t } = useMessages();
  const client = useQueryClient();
  const isAdmin = useMay('admin');
  const act = useMutation({
    mutationFn: (action: Action) =>
      sendJson<unknown>(`/api/coordination/suggestions/${encodeURIComponent(suggestion.id)}/${action}`, {
        method: 'POST',
        body: {},
      }),
    onSettled: () => Promise.all(['coordination', 'jobs'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  const actions = ACTIONS[suggestion.state];
  if (!isAdmin || actions.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      {actions.map((action) => (
        <Button key={action} disabled={act.isPending} onClick={() => act.mutate(action)}>
          {t.act[action]}
        </Button>
      ))}
      <FailedLine error={act.error} />
    </div>
  );
}
