import { useMessages } from '../../language.tsx';
import { AskDialog } from '../dialog.tsx';
import { FailedLine } from '../failed.tsx';
import { TextField } from '../fields.tsx';
import { useCancelRun } from '../job/use-job-action.ts';

export function CancelDialog({ run, onClose }: { run: string; onClose: () => void }) {
  const { runs: t } = useMessages();
  const cancel = useCancelRun();
  return (
    <AskDialog
      title={t.cancel}
      action={t.cancel}
      look="danger"
      isBusy={cancel.isPending}
      onSubmit={(data) =>
        cancel.mutate({ run, reason: String(data.get('reason') ?? '').trim() }, { onSuccess: onClose })
      }
      onClose={onClose}
    >
      <p className="text-sm text-muted">{t.cancelQuestion}</p>
      <TextField label={t.cancelReason} name="reason" maxLength={500} autoFocus />
      <FailedLine error={cancel.error} />
    </AskDialog>
  );
}
