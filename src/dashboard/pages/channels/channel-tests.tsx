import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { channelKind, channelTestReply } from '../../../contracts/api/notifications.ts';
import { recipientsQuery } from '../../api/queries/notifications.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';

type Reply = z.infer<typeof channelTestReply>;
type Kind = z.infer<typeof channelKind>;

/** One button for each person who has an address there; what came of it stands beside it. */
export function ChannelTests({ kind }: { kind: Kind }) {
  const { channels: t } = useMessages();
  const mayTest = useMay('write');
  const recipients = useQuery(recipientsQuery);
  return (
    <div className="mt-2">
      <Loaded query={recipients}>
        {({ items }) => {
          const reached = items.filter(({ channels }) => channels.some(({ channel }) => channel === kind));
          if (reached.length === 0) return <p className="text-sm text-muted">{t.noRecipients}</p>;
          if (!mayTest) return <p className="text-sm text-muted">{t.mayNot}</p>;
          return (
            <ul className="flex flex-col gap-1">
              {reached.map(({ id, name }) => (
                <OneTest key={id} kind={kind} recipient={id} name={name} />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </div>
  );
}

const OUTCOME_TEXT: Record<Reply['outcome'], string> = {
  sent: 'text-ok',
  stored: 'text-warn',
  simulated: 'text-warn',
  failed: 'text-bad',
};

function OneTest({ kind, recipient, name }: { kind: Kind; recipient: string; name: string }) {
  const { channels: t } = useMessages();
  const formats = useFormats();
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => sendJson<Reply>(`/api/channels/${kind}/test`, { method: 'POST', body: { recipient } }),
    onSettled: () =>
      Promise.all(['channels', 'deliveries'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button disabled={test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? t.testing : t.test(oneLine(name))}
      </Button>
      <span role="status" className="min-w-0 text-sm">
        {test.data && (
          <span className={`wrap-anywhere ${OUTCOME_TEXT[test.data.outcome]}`}>
            {t.outcome[test.data.outcome]} · {visibleText(test.data.detail)} ({formats.duration(test.data.ms)})
          </span>
        )}
        <FailedLine error={test.error} />
      </span>
    </li>
  );
}
