import type { RecipientList } from '../../api/queries/notifications.ts';
import { Card } from '../../components/card.tsx';
import { useChannelName } from '../../components/delivery-badge.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

export function Recipients({ recipients }: { recipients: RecipientList['items'] }) {
  const { routes: t } = useMessages();
  const formats = useFormats();
  const channelName = useChannelName();
  if (recipients.length === 0) return <p className="text-muted">{t.noRecipients}</p>;
  return (
    <ul className="grid gap-2 sm:grid-cols-2">
      {recipients.map(({ id, name, roles, channels, timeZone, language, quietHours }) => (
        <li key={id}>
          <Card>
            <p className="font-semibold wrap-anywhere">
              {oneLine(name)} <code className="text-xs font-normal text-muted">{oneLine(id)}</code>
            </p>
            <p className="text-sm text-muted">
              {roles.length > 0 && `${t.roles} ${formats.list(roles.map(oneLine))} · `}
              {t.zone} {oneLine(timeZone)} · {language === 'fr' ? 'Français' : 'English'}
            </p>
            <p className="text-sm">
              {channels.length === 0
                ? t.noAddress
                : channels
                    .map(({ channel, addresses }) => `${channelName(channel)} (${t.addresses(addresses)})`)
                    .join(', ')}
            </p>
            {quietHours !== null && (
              <p className="text-sm text-muted">
                {t.quietHours(oneLine(quietHours.from), oneLine(quietHours.to), oneLine(quietHours.release))}
              </p>
            )}
          </Card>
        </li>
      ))}
    </ul>
  );
}
