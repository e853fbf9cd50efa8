import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Me } from '../../../contracts/api/administration.ts';
import { meQuery } from '../../api/queries/administration.ts';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';
import { Button } from '../button.tsx';
import { FailedLine } from '../failed.tsx';
import { Menu, type MenuItem } from '../menu.tsx';
import { AskForAction, type Question } from './ask-for-action.tsx';
import { type IssueActionInput, type IssueActionReply, useIssueAction } from './use-issue-action.ts';

const HOUR_MS = 3_600_000;
const inTime = (ms: number): IssueActionInput => ({
  type: 'ignore',
  until: { time: new Date(Date.now() + ms).toISOString() },
});

interface IssueActionsProps {
  ids: readonly string[];
  /** How each id is called where something failed. */
  nameOf?: (id: string) => string;
  isReopenOffered: boolean;
  onDone?: () => void;
}

/** What may be done to the issues, as buttons and menus; the same on the list and on one issue. */
export function IssueActions({ ids, nameOf = (id) => id, isReopenOffered, onDone }: IssueActionsProps) {
  const { issues } = useMessages();
  const t = issues.act;
  const { data: me } = useQuery(meQuery);
  const action = useIssueAction();
  const [question, setQuestion] = useState<Question | null>(null);
  const [isResolveOpen, setResolveOpen] = useState(false);
  useShortcuts({ r: () => setResolveOpen(true) });
  if (!me) return null;
  if (me.role === 'viewer') return <p className="self-center text-sm text-muted">{t.viewerOnly}</p>;
  const act = (input: IssueActionInput) => {
    setQuestion(null);
    action.mutate(
      { ids, action: input },
      { onSuccess: ({ results }) => results.every(({ isDone }) => isDone) && onDone?.() },
    );
  };
  const item = (text: string, choice: IssueActionInput | Question): MenuItem => ({
    key: text,
    text,
    onSelect: () => (typeof choice === 'string' ? setQuestion(choice) : act(choice)),
  });
  const isBusy = action.isPending;
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap gap-2">
        <Menu
          label={t.resolve}
          isDisabled={isBusy}
          isOpen={isResolveOpen}
          onOpenChange={setResolveOpen}
          items={[
            item(t.resolveNow, { type: 'resolve', in: 'now' }),
            item(t.resolveNext, { type: 'resolve', in: 'next' }),
            item(t.resolveIn, 'resolve-in'),
          ]}
        />
        <Menu
          label={t.ignore}
          isDisabled={isBusy}
          items={[
            item(t.ignoreEscalating, { type: 'ignore', until: 'escalating' }),
            item(t.ignoreHour, inTime(HOUR_MS)),
            item(t.ignoreDay, inTime(24 * HOUR_MS)),
            item(t.ignoreWeek, inTime(168 * HOUR_MS)),
            item(t.ignoreCount, 'ignore-count'),
            item(t.ignoreForEver, { type: 'ignore', until: 'for-ever' }),
          ]}
        />
        <Menu label={t.assign} isDisabled={isBusy} items={assignItems(me, item, t)} />
        <Button disabled={isBusy} onClick={() => setQuestion('hand-off')}>
          {t.handOff}
        </Button>
        {isReopenOffered && (
          <Button disabled={isBusy} onClick={() => act({ type: 'reopen' })}>
            {t.reopen}
          </Button>
        )}
        <Button disabled={isBusy} onClick={() => setQuestion('merge')}>
          {t.merge}
        </Button>
      </div>
      <Outcome reply={action.data} nameOf={nameOf} />
      <FailedLine error={action.error} />
      {question && <AskForAction question={question} onAnswer={act} onClose={() => setQuestion(null)} />}
    </div>
  );
}

type Words = ReturnType<typeof useMessages>['issues']['act'];

function assignItems(me: Me, item: (text: string, choice: IssueActionInput | Question) => MenuItem, t: Words) {
  const items = [item(t.assignNobody, { type: 'assign', assignee: null }), item(t.assignOther, 'assign')];
  return me.kind === 'user' ? [item(t.assignMe, { type: 'assign', assignee: me.email ?? me.name }), ...items] : items;
}

function Outcome({ reply, nameOf }: { reply: IssueActionReply | undefined; nameOf: (id: string) => string }) {
  const { issues } = useMessages();
  if (!reply) return null;
  const failed = reply.results.filter(({ isDone }) => !isDone);
  const done = reply.results.length - failed.length;
  return (
    <div role="status" className="mt-1 text-sm">
      {done > 0 && <p className="text-ok">{issues.act.done(done)}</p>}
      {failed.map(({ id, reason }) => (
        <p key={id} className="text-bad">
          {issues.act.failed(nameOf(id), visibleText(reason ?? issues.act.noReason))}
        </p>
      ))}
    </div>
  );
}
