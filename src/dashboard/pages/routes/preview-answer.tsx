import type { RoutePreview } from '../../api/queries/notifications.ts';
import { Badge } from '../../components/badges.tsx';
import { useChannelName } from '../../components/delivery-badge.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

export function PreviewAnswer({ preview }: { preview: RoutePreview }) {
  const { routes } = useMessages();
  const t = routes.preview;
  return (
    <>
      {preview.isUnrouted && <p className="mb-2 text-sm text-warn">{t.unrouted}</p>}
      <p className="mb-2 font-semibold">
        {preview.deliveries.length === 0 ? t.nobody : t.would(preview.deliveries.length)}
      </p>
      {preview.deliveries.length > 0 && <Table deliveries={preview.deliveries} />}
      {preview.routes.length > 0 && (
        <details className="mt-3 text-sm">
          <summary className="cursor-pointer text-muted">{t.why}</summary>
          <ul className="mt-1">
            {preview.routes.map(({ name, isMatch, reason }) => (
              <li key={name} className="flex flex-wrap items-center gap-x-2 border-b border-line py-1 last:border-b-0">
                <Badge tone={isMatch ? 'ok' : 'none'}>{isMatch ? t.matches : t.matchesNot}</Badge>
                <span className="font-semibold wrap-anywhere">{oneLine(name)}</span>
                <span className="text-muted wrap-anywhere">{visibleText(reason)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Table({ deliveries }: Pick<RoutePreview, 'deliveries'>) {
  const { routes } = useMessages();
  const t = routes.preview;
  const channelName = useChannelName();
  const heads = [t.who, t.channel, t.address, t.route, t.decision];
  return (
    <ScrollBox label={t.title} className="rounded-md border border-line">
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {heads.map((head) => (
              <th key={head} scope="col" className="px-3 py-1.5 font-normal">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {deliveries.map(({ recipient, channel, address, route, decision, releaseAt }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one person may have one address in two routes
            <tr key={index} className="border-b border-line last:border-b-0">
              <th scope="row" className="px-3 py-1 font-semibold">
                {oneLine(recipient)}
              </th>
              <td className="px-3 py-1">{channelName(channel)}</td>
              <td className="px-3 py-1 font-mono text-xs">{oneLine(address)}</td>
              <td className="px-3 py-1">{route === null ? '–' : oneLine(route)}</td>
              <td className="px-3 py-1">
                {visibleText(decision)}
                {releaseAt !== null && (
                  <span className="block text-xs text-muted">
                    <Exact at={releaseAt} />
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
