import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { UsageErased } from '../../../contracts/api/usage.ts';
import { pathOfUser } from '../../api/queries/usage.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { AskDialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

/** Asked about once more; afterwards it says what was looked through, and what could not be. */
export function EraseUser({ user }: { user: string }) {
  const { usage: t } = useMessages();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const erase = useMutation({
    mutationFn: () => sendJson<UsageErased>(`${pathOfUser(user)}/erase`, { method: 'POST', body: {} }),
    onSuccess: () =>
      Promise.all(
        [['usage'], ['looks']].map((queryKey) => client.invalidateQueries({ queryKey, refetchType: 'none' })),
      ),
    onSettled: () => setAsking(false),
  });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <FailedLine error={erase.error} />
      <div role="status">{erase.data && <Outcome erased={erase.data} />}</div>
      <Button look="danger" disabled={erase.isPending || erase.isSuccess} onClick={() => setAsking(true)}>
        {t.erase}
      </Button>
      {isAsking && (
        <AskDialog
          title={t.eraseTitle(oneLine(user))}
          action={t.eraseAction}
          look="danger"
          isBusy={erase.isPending}
          onSubmit={() => erase.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{t.eraseText}</p>
        </AskDialog>
      )}
    </div>
  );
}

function Outcome({ erased }: { erased: UsageErased }) {
  const { usage: t } = useMessages();
  const formats = useFormats();
  const rows = formats.count(Object.values(erased.rows).reduce((sum, count) => sum + count, 0));
  return (
    <>
      <p className={erased.verified ? 'text-ok' : 'text-bad'}>
        {erased.verified ? t.erased(rows) : t.erasedUnsure(rows)}
      </p>
      {erased.outOfReach.length > 0 && (
        <p className="text-warn wrap-anywhere">
          {t.outOfReach} {erased.outOfReach.map(visibleText).join(' ')}
        </p>
      )}
    </>
  );
}
