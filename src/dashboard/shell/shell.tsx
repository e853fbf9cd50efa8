import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { meQuery } from '../api/queries/administration.ts';
import { Failed } from '../components/failed.tsx';
import { Loading } from '../components/loaded.tsx';
import { useMessages } from '../language.tsx';
import { useLiveUpdates } from '../live/use-live.ts';
import { LogInPage } from '../pages/access/log-in-page.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { SideBar } from './side-bar.tsx';

/** What stands around every page; before it, who is asking is made sure of. */
export function Shell() {
  const me = useQuery(meQuery);
  const { pathname } = useLocation();
  const { shell } = useMessages();
  if (pathname === '/setup') {
    return (
      <main className="mx-auto max-w-md p-4 pt-10">
        <Outlet />
      </main>
    );
  }
  if (me.data === null) return <LogInPage />;
  if (!me.data) {
    return (
      <main className="mx-auto max-w-xl p-4 pt-10">
        {me.isError ? <Failed error={me.error} retry={() => void me.refetch()} /> : <Loading />}
      </main>
    );
  }
  return (
    <>
      <a
        href="#content"
        className="sr-only z-50 rounded bg-info px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {shell.skip}
      </a>
      <Frame />
    </>
  );
}

function Frame() {
  useLiveUpdates();
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <SideBar />
      <div className="min-w-0">
        <ConnectionBanner />
        <Content />
      </div>
    </div>
  );
}

/** After a change of page the focus goes to its content, so that readers and the keyboard start there. */
function Content() {
  const { pathname } = useLocation();
  const element = useRef<HTMLElement>(null);
  const former = useRef(pathname);
  useEffect(() => {
    if (former.current !== pathname) element.current?.focus({ preventScroll: true });
    former.current = pathname;
  }, [pathname]);
  return (
    <main id="content" ref={element} tabIndex={-1} className="mx-auto max-w-7xl min-w-0 p-3 outline-none sm:p-5">
      <Outlet />
    </main>
  );
}
