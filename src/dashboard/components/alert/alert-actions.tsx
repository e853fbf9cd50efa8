import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlertSummary } from '../../../contracts/api/alerts.ts';
import { meQuery } from '../../api/queries/administration.ts';
import type { AlertAction } from '../../api/queries/alerts.ts';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';
import { Button } from '../button.tsx';
import { AskDialog } from '../dialog.tsx';
import { FailedLine } from '../failed.tsx';
import { TextArea } from '../fields.tsx';
import { useAlertAction } from './use-alert-action.ts';

type Alert = Pick<AlertSummary, 'id' | 'number' | 'state' | 'isArchived'>;

interface AlertActionsProps {
  alerts: readonly Alert[];
  onDone?: () => void;
}

/** What may be done to the alerts: only what makes sense for at least one of them is offered. */
export function AlertActions({ alerts, onDone }: AlertActionsProps) {
  const { alerts: words } = useMessages();
  const t = words.act;
  const { data: me } = useQuery(meQuery);
  const { act, undo } = useAlertAction();
  const [question, setQuestion] = useState<'resolve' | 'note' | null>(null);
  if (!me) return null;
  if (me.role === 'viewer') return <p className="self-center text-sm text-muted">{t.viewerOnly}</p>;
  const isBusy = act.isPending || undo.isPending;
  const apply = (action: AlertAction['action'], notes?: string) => {
    setQuestion(null);
    undo.reset();
    act.mutate(
      { ids: alerts.map(({ id }) => id), action, ...(notes ? { notes } : {}) },
      { onSuccess: ({ refused }) => refused.length === 0 && onDone?.() },
    );
  };
  const offer = (action: AlertAction['action'], makesSense: (alert: Alert) => boolean) =>
    alerts.some(makesSense) && (
      <Button disabled={isBusy} onClick={() => (action === 'resolve' ? setQuestion('resolve') : apply(action))}>
        {t[action]}
      </Button>
    );
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap gap-2">
        {offer('acknowledge', ({ state }) => state === 'firing')}
        {offer('resolve', ({ state }) => state !== 'resolved')}
        {offer('reopen', ({ state, isArchived }) => state === 'resolved' && !isArchived)}
        {offer('archive', ({ state, isArchived }) => state === 'resolved' && !isArchived)}
        {offer('unarchive', ({ isArchived }) => isArchived)}
        {alerts.length > 0 && (
          <Button disabled={isBusy} onClick={() => setQuestion('note')}>
            {t.note}
          </Button>
        )}
      </div>
      <Outcome alerts={alerts} isBusy={isBusy} act={act} undo={undo} />
      {question && (
        <AskDialog
          title={question === 'resolve' ? t.resolveTitle : t.noteTitle}
          action={t.apply}
          onClose={() => setQuestion(null)}
          onSubmit={(data) => apply(question, String(data.get('notes') ?? '').trim())}
        >
          <TextArea label={t.notes} name="notes" maxLength={4000} required={question === 'note'} autoFocus />
        </AskDialog>
      )}
    </div>
  );
}

type OutcomeProps = ReturnType<typeof useAlertAction> & { alerts: readonly Alert[]; isBusy: boolean };

function Outcome({ act, undo, alerts, isBusy }: OutcomeProps) {
  const { alerts: words } = useMessages();
  const t = words.act;
  const nameOf = (id: string) => {
    const found = alerts.find((alert) => alert.id === id);
    return found ? words.number(found.number) : id;
  };
  const token = act.data?.undo ?? null;
  return (
    <div role="status" className="mt-1 text-sm empty:hidden">
      {undo.isSuccess && !act.data && <p className="text-ok">{t.undone}</p>}
      {act.data && act.data.changed.length > 0 && (
        <p className="flex flex-wrap items-center gap-2 text-ok">
          {t.done(act.data.changed.length)}
          {token !== null && (
            <Button disabled={isBusy} onClick={() => undo.mutate(token)}>
              {t.undo}
            </Button>
          )}
        </p>
      )}
      {act.data?.refused.map(({ id, reason }) => (
        <p key={id} className="text-bad">
          {t.refused(nameOf(id), visibleText(reason))}
        </p>
      ))}
      <FailedLine error={act.error ?? undo.error} />
    </div>
  );
}
