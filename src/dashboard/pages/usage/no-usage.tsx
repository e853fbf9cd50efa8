import { Link } from '@tanstack/react-router';
import type { UsageSummary } from '../../../contracts/api/usage.ts';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';

const SNIPPET = `import { guardianExpress } from '@guardian/sdk/express'; // also fastify, hono, koa, node

app.use(guardianExpress(client.usage, { identify: (request) => request.user?.email }));`;

/** Nothing in this time is one thing, nothing ever another. */
export function NoUsage({ meta }: { meta: UsageSummary['meta'] }) {
  const { usage: t, shared } = useMessages();
  if (meta.lastRecordAt !== null)
    return (
      <EmptyState title={t.quietTitle}>
        <p>{t.quietText}</p>
        <p>
          {t.lastRecord}
          {shared.colon} <Ago at={meta.lastRecordAt} />
        </p>
      </EmptyState>
    );
  return (
    <EmptyState title={t.emptyTitle}>
      <p>{t.emptyText}</p>
      <div className="text-left">
        <Pre text={SNIPPET} label={t.emptyAction} />
      </div>
      <Link to="/sources" search={{}} className={`${buttonClass()} mt-3`}>
        {t.emptyAction}
      </Link>
    </EmptyState>
  );
}
