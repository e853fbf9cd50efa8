import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FixDetail } from '../../../contracts/api/fixes.ts';
import { type FixReply, type FixState, replyToFix } from '../../api/queries/fixes.ts';
import { Button } from '../../components/button.tsx';
import { AskDialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { TextArea, TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';

type Action = FixReply['action'];

/** Steps may be leapt over, none is taken back; what ended takes notes only. */
const OFFERED: Record<FixState, readonly Action[]> = {
  'handed off': ['propose', 'merge', 'deploy', 'note', 'decline'],
  proposed: ['propose', 'merge', 'deploy', 'note', 'decline'],
  merged: ['deploy', 'note', 'decline'],
  deployed: ['deploy', 'note', 'decline'],
  verified: ['note'],
  recurred: ['note'],
  declined: ['note'],
  failed: ['note'],
};

export function ReplyActions({ fix }: { fix: Pick<FixDetail, 'id' | 'state'> }) {
  const { fixes: t } = useMessages();
  const mayAct = useMay('write');
  const client = useQueryClient();
  const [question, setQuestion] = useState<Action | null>(null);
  const reply = useMutation({
    mutationFn: (given: FixReply) => replyToFix(fix.id, given),
    onSuccess: () => setQuestion(null),
    onSettled: () =>
      Promise.all(['fixes', 'issue', 'issues', 'markers'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  if (!mayAct) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {OFFERED[fix.state].map((action) => (
        <Button
          key={action}
          look={action === 'decline' ? 'danger' : 'plain'}
          disabled={reply.isPending}
          onClick={() => {
            reply.reset();
            setQuestion(action);
          }}
        >
          {t.act[action]}
        </Button>
      ))}
      {question !== null && (
        <AskDialog
          title={t.ask[question]}
          action={question === 'decline' ? t.confirmDecline : t.apply}
          look={question === 'decline' ? 'danger' : 'main'}
          isBusy={reply.isPending}
          onClose={() => setQuestion(null)}
          onSubmit={(data) => reply.mutate(toReply(question, data))}
        >
          <Fields action={question} />
          <FailedLine error={reply.error} />
        </AskDialog>
      )}
    </div>
  );
}

function Fields({ action }: { action: Action }) {
  const { fixes: t } = useMessages();
  const { field } = t;
  const isText = action === 'note' || action === 'decline';
  return (
    <>
      {action === 'decline' && <p className="text-sm text-muted">{t.declineMeans}</p>}
      {action === 'deploy' && <p className="text-sm text-muted">{t.deployMeans}</p>}
      {action === 'propose' && (
        <>
          <TextField label={field.branch} name="branch" maxLength={200} autoFocus />
          <TextField label={field.pullRequest} name="pullRequest" type="url" maxLength={500} placeholder="https://" />
        </>
      )}
      {action === 'merge' && <TextField label={field.revisionOptional} name="revision" maxLength={200} autoFocus />}
      {action === 'deploy' && <TextField label={field.revision} name="revision" maxLength={200} required autoFocus />}
      <TextArea
        label={action === 'decline' ? field.why : field.text}
        name="text"
        maxLength={20_000}
        required={action === 'note'}
        autoFocus={isText}
      />
    </>
  );
}

/** Fields that were left empty are not said. */
function toReply(action: Action, data: FormData): FixReply {
  const reply: FixReply = { action };
  for (const name of ['text', 'branch', 'pullRequest', 'revision'] as const) {
    const value = String(data.get(name) ?? '').trim();
    if (value !== '') reply[name] = value;
  }
  return reply;
}
