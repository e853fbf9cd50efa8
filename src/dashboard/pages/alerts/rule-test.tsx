import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { z } from 'zod';
import type { ruleOutlook, ruleTestReply } from '../../../contracts/api/alerts.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Failed } from '../../components/failed.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

type Outlook = z.infer<typeof ruleOutlook>;
type Trial = z.infer<typeof ruleTestReply>;

/** What the rule would raise now, over the rows; one over texts looks at what is typed. Nothing is written and nobody is told. */
export function RuleTest({ name, isOfTexts }: { name: string; isOfTexts: boolean }) {
  return isOfTexts ? <TextTest name={name} /> : <RowsTest name={name} />;
}

const pathOf = (name: string, verb: string) => `/api/rules/${encodeURIComponent(name)}/${verb}`;

function RowsTest({ name }: { name: string }) {
  const { alerts: t } = useMessages();
  const look = useMutation({ mutationFn: () => sendJson<Outlook>(pathOf(name, 'look'), { method: 'POST' }) });
  return (
    <div className="mt-1">
      <Button disabled={look.isPending} aria-label={t.tryRuleNamed(oneLine(name))} onClick={() => look.mutate()}>
        {look.isPending ? t.trying : t.tryRule}
      </Button>
      <div role="status" className="mt-1">
        {look.data && <Seen outlook={look.data} />}
      </div>
      {look.isError && <Failed error={look.error} retry={() => look.mutate()} />}
    </div>
  );
}

function Seen({ outlook: { observed, bad, badCount, unknown, problem } }: { outlook: Outlook }) {
  const { alerts: t } = useMessages();
  const formats = useFormats();
  if (problem !== null) return <p className="text-warn wrap-anywhere">{t.triedNot(visibleText(problem))}</p>;
  return (
    <>
      <p className={badCount > 0 ? 'text-bad' : 'text-muted'}>
        {t.tried(observed, badCount)} {unknown > 0 && t.triedUnknown(unknown)} {t.triedOnly}
      </p>
      <ul>
        {bad.map(({ subject, severity, description, isFiring }) => (
          <li key={`${subject.kind} ${subject.id} ${description}`} className="wrap-anywhere">
            <span className="font-semibold">{oneLine(subject.name)}</span> · {t.severity[severity]} ·{' '}
            {visibleText(description)} {isFiring && <span className="text-muted">({t.triedFires})</span>}
          </li>
        ))}
      </ul>
      {badCount > bad.length && <p className="text-muted">{t.triedMore(formats.count(badCount - bad.length))}</p>}
    </>
  );
}

function TextTest({ name }: { name: string }) {
  const { alerts: t } = useMessages();
  const id = useId();
  const [text, setText] = useState('');
  const trial = useMutation({
    mutationFn: () => sendJson<Trial>(pathOf(name, 'test'), { method: 'POST', body: { text } }),
  });
  return (
    <form
      className="mt-1 flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        trial.mutate();
      }}
    >
      <label htmlFor={id} className="min-w-0 grow">
        <span className="text-xs text-muted">{t.tryText(oneLine(name))}</span>
        <textarea
          id={id}
          value={text}
          maxLength={100_000}
          onChange={(event) => setText(event.target.value)}
          className="block w-full rounded border border-line bg-page px-2 py-1"
        />
      </label>
      <Button type="submit" disabled={trial.isPending || text === ''}>
        {trial.isPending ? t.trying : t.tryRule}
      </Button>
      <div role="status" className="w-full">
        {trial.data && <Read trial={trial.data} />}
      </div>
      {trial.isError && <Failed error={trial.error} retry={() => trial.mutate()} />}
    </form>
  );
}

function Read({ trial: { condition, matches, resolved } }: { trial: Trial }) {
  const { alerts: t } = useMessages();
  const clauses = condition === 'bad' ? matches : resolved;
  return (
    <>
      <p className={condition === 'bad' ? 'text-bad' : 'text-muted'}>
        {t.readAs[condition]} {t.triedOnly}
      </p>
      <ul>
        {clauses.map(({ clause, pattern }) => (
          <li key={`${clause} ${pattern}`} className="wrap-anywhere">
            “{visibleText(clause)}” <span className="font-mono text-xs text-muted">{oneLine(pattern)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
