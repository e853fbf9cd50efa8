import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { overviewQuery } from '../../api/queries/overview.ts';
import { buttonClass } from '../../components/button.tsx';
import { Card, PageHead } from '../../components/card.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { Connect } from '../sources/connect.tsx';
import { LoadSample } from './load-sample.tsx';

/** What is left to do when nothing was received yet: send something, or look at a sample. */
export function Welcome() {
  const { welcome: t } = useMessages();
  const isAdmin = useMay('admin');
  const overview = useQuery({ ...overviewQuery, refetchInterval: 5_000 });
  const hasReceived = overview.data?.isEmpty === false;
  return (
    <>
      <PageHead title={t.title} />
      <Card edge={hasReceived ? 'ok' : 'info'} tint={hasReceived ? 'ok' : 'info'}>
        <p role="status">{hasReceived ? t.received : t.waiting}</p>
        {hasReceived && (
          <Link to="/" className={`${buttonClass('main')} mt-2`}>
            {t.toOverview}
          </Link>
        )}
      </Card>
      <div className="mt-4 grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Connect />
        {isAdmin && <LoadSample />}
      </div>
    </>
  );
}
