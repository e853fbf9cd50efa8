import { useQuery } from '@tanstack/react-query';
import { type RouteList, recipientsQuery, routesQuery } from '../../api/queries/notifications.ts';
import { Card, EmptyState, PageHead, Section } from '../../components/card.tsx';
import { useChannelName, useOccasionName } from '../../components/delivery-badge.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { Preview } from './preview.tsx';
import { Recipients } from './recipients.tsx';

export function RoutesPage() {
  const { routes: t } = useMessages();
  const routes = useQuery(routesQuery);
  const recipients = useQuery(recipientsQuery);
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      <Loaded query={routes}>{(data) => <Routes list={data} />}</Loaded>
      <Section title={t.preview.title} id="preview">
        <Preview />
      </Section>
      <Section title={t.recipients} id="recipients">
        <Loaded query={recipients}>{({ items }) => <Recipients recipients={items} />}</Loaded>
      </Section>
    </>
  );
}

function Routes({ list }: { list: RouteList }) {
  const { routes: t } = useMessages();
  return (
    <>
      {list.items.length === 0 ? (
        <EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>
      ) : (
        <ul className="flex flex-col gap-2">
          {list.items.map((route) => (
            <li key={route.name}>
              <Card>
                <RouteInWords route={route} />
              </Card>
            </li>
          ))}
        </ul>
      )}
      {list.policy.length > 0 && (
        <Section title={t.policy} id="policy">
          <Card>
            <Facts>
              {list.policy.map(({ name, value }) => (
                <Fact key={name} name={name}>
                  {value}
                </Fact>
              ))}
            </Facts>
          </Card>
        </Section>
      )}
    </>
  );
}

/** `When Job failed (jobs full_sync) go to everybody with the role administrators, over Slack.` */
function RouteInWords({ route }: { route: RouteList['items'][number] }) {
  const { routes: t, shared } = useMessages();
  const formats = useFormats();
  const channelName = useChannelName();
  const occasionName = useOccasionName();
  const who = route.to.map((to) => (to.startsWith('role:') ? t.role(oneLine(to.slice(5))) : oneLine(to)));
  return (
    <>
      <p className="font-semibold wrap-anywhere">{oneLine(route.name)}</p>
      <p className="mt-1 text-sm">
        <span className="text-muted">{t.on}</span>{' '}
        {route.on.length === 0 ? t.everything : formats.list(route.on.map(occasionName))}
        {route.match !== '' && <span className="text-muted"> ({visibleText(route.match)})</span>}
        {shared.colon} <span className="text-muted">{t.to}</span> <strong>{formats.list(who)}</strong>,{' '}
        <span className="text-muted">{t.over}</span>{' '}
        {route.over.length === 0 ? t.anyChannel : formats.list(route.over.map(channelName))}
      </p>
    </>
  );
}
