import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeploymentDetail } from '../../../contracts/api/deployments.ts';
import { actOnDeployment, type DeploymentAction } from '../../api/queries/deployments.ts';
import { Button } from '../../components/button.tsx';
import { AskDialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { shortRevision } from '../../visible-text.ts';

type ActionType = DeploymentAction['type'];

function offered({ mayRollBack, mayPromote, mayHold }: DeploymentDetail): ActionType[] {
  const actions: ActionType[] = [];
  if (mayPromote) actions.push('promote');
  if (mayHold) actions.push('hold');
  if (mayRollBack) actions.push('roll-back');
  return actions;
}

/** Each asks first: what is done here is felt by whoever uses the service. */
export function DeploymentActions({ deployment }: { deployment: DeploymentDetail }) {
  const { deployments: t } = useMessages();
  const mayAct = useMay('write');
  const client = useQueryClient();
  const [question, setQuestion] = useState<ActionType | null>(null);
  const act = useMutation({
    mutationFn: (action: DeploymentAction) => actOnDeployment(deployment.id, action),
    onSuccess: () => setQuestion(null),
    onSettled: () =>
      Promise.all(['deployments', 'markers'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  if (!mayAct) return null;
  const submit = (type: ActionType, data: FormData) => {
    const reason = String(data.get('reason') ?? '').trim();
    act.mutate(type === 'promote' ? { type, body: {} } : { type, body: reason === '' ? {} : { reason } });
  };
  const revision = shortRevision(
    question === 'roll-back' ? (deployment.previousRevision ?? deployment.revision) : deployment.revision,
  );
  return (
    <>
      {offered(deployment).map((type) => (
        <Button
          key={type}
          look={type === 'roll-back' ? 'danger' : 'plain'}
          disabled={act.isPending}
          onClick={() => {
            act.reset();
            setQuestion(type);
          }}
        >
          {t.act[type]}
        </Button>
      ))}
      <span role="status" className="text-sm text-ok empty:hidden">
        {act.isSuccess && t.done}
      </span>
      {question !== null && (
        <AskDialog
          title={t.ask[question](revision)}
          action={t.confirm[question]}
          look={question === 'roll-back' ? 'danger' : 'main'}
          isBusy={act.isPending}
          onClose={() => setQuestion(null)}
          onSubmit={(data) => submit(question, data)}
        >
          <p>{t.means[question]}</p>
          {deployment.isIrreversible && question === 'roll-back' && (
            <p className="text-sm text-warn">⚠ {t.irreversibleMeans}</p>
          )}
          {question !== 'promote' && <TextField label={t.reason} name="reason" maxLength={500} />}
          <FailedLine error={act.error} />
        </AskDialog>
      )}
    </>
  );
}
