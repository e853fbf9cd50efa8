import { useMessages } from '../../language.tsx';
import { AskDialog } from '../dialog.tsx';
import { TextField } from '../fields.tsx';
import type { IssueActionInput } from './use-issue-action.ts';

/** Actions that need a word more. */
export type Question = 'resolve-in' | 'ignore-count' | 'assign' | 'hand-off' | 'merge';

interface AskForActionProps {
  question: Question;
  onAnswer: (action: IssueActionInput) => void;
  onClose: () => void;
}

export function AskForAction({ question, onAnswer, onClose }: AskForActionProps) {
  const { issues } = useMessages();
  const t = issues.act;
  const titles: Record<Question, string> = {
    'resolve-in': t.resolveIn,
    'ignore-count': t.ignoreCount,
    assign: t.assignOther,
    'hand-off': t.handOff,
    merge: t.merge,
  };
  const labels: Record<Question, string> = {
    'resolve-in': t.revision,
    'ignore-count': t.ignoreCountLabel,
    assign: t.assignee,
    'hand-off': t.handOffTo,
    merge: t.mergeInto,
  };
  const isCount = question === 'ignore-count';
  return (
    <AskDialog
      title={titles[question]}
      action={t.apply}
      onClose={onClose}
      onSubmit={(data) => onAnswer(toAction(question, String(data.get('answer') ?? '').trim()))}
    >
      <TextField
        label={labels[question]}
        name="answer"
        type={isCount ? 'number' : 'text'}
        min={isCount ? 1 : undefined}
        defaultValue={isCount ? 10 : undefined}
        required={question !== 'hand-off'}
        maxLength={200}
        autoFocus
      />
      {question === 'merge' && <p className="text-sm text-muted">{t.mergeHint}</p>}
    </AskDialog>
  );
}

function toAction(question: Question, answer: string): IssueActionInput {
  switch (question) {
    case 'resolve-in':
      return { type: 'resolve', in: { revision: answer } };
    case 'ignore-count':
      return { type: 'ignore', until: { incidents: Number(answer) } };
    case 'assign':
      return { type: 'assign', assignee: answer };
    case 'hand-off':
      return answer === '' ? { type: 'hand-off' } : { type: 'hand-off', to: answer };
    case 'merge':
      return { type: 'merge', into: answer };
    default:
      return question satisfies never;
  }
}
