import { useQuery } from '@tanstack/react-query';
import { type ChannelList, channelsQuery } from '../../api/queries/notifications.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, EmptyState, PageHead, type Tone } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { useChannelName } from '../../components/delivery-badge.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';
import { ChannelTests } from './channel-tests.tsx';

type Channel = ChannelList['items'][number];

const TONES: Record<Channel['state'], Tone> = {
  well: 'ok',
  failing: 'bad',
  unused: 'none',
  unchecked: 'info',
  stored: 'warn',
  simulated: 'warn',
};
/** What fails stands first. */
const ORDER: readonly Channel['state'][] = ['failing', 'stored', 'simulated', 'unchecked', 'well', 'unused'];

export function ChannelsPage() {
  const { channels: t } = useMessages();
  const channels = useQuery(channelsQuery);
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      <Loaded query={channels}>
        {({ items }) => (
          <>
            {!items.some(({ isConfigured }) => isConfigured) && (
              <EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>
            )}
            <ul className="mt-2 flex flex-col gap-2">
              {items
                .toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
                .map((channel) => (
                  <li key={channel.kind}>
                    <OneChannel channel={channel} />
                  </li>
                ))}
            </ul>
          </>
        )}
      </Loaded>
    </>
  );
}

function OneChannel({ channel }: { channel: Channel }) {
  const { channels: t } = useMessages();
  const channelName = useChannelName();
  const tone = TONES[channel.state];
  return (
    <Card edge={tone === 'none' ? 'none' : tone}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">{channelName(channel.kind)}</h2>
        <Badge tone={tone}>{channel.isConfigured ? t.state[channel.state] : t.notConfigured}</Badge>
        {channel.isConfigured && channel.state !== 'unused' && (
          <span className="text-sm text-muted">
            {channel.lastSentAt === null ? (
              t.neverSent
            ) : (
              <>
                {t.lastSent} <Ago at={channel.lastSentAt} />
              </>
            )}
            {channel.failuresInARow > 0 && <span className="text-bad"> · {t.failures(channel.failuresInARow)}</span>}
          </span>
        )}
      </div>
      <p className="mt-1 text-sm wrap-anywhere">{visibleText(channel.description)}</p>
      {channel.state === 'stored' && <p className="mt-1 text-sm text-warn">{t.storedHint}</p>}
      {channel.state === 'simulated' && <p className="mt-1 text-sm text-warn">{t.simulatedHint}</p>}
      {channel.lastError !== null && <Pre text={channel.lastError} label={channelName(channel.kind)} />}
      {channel.isConfigured && <ChannelTests kind={channel.kind} />}
    </Card>
  );
}
