import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button } from '../components/button.tsx';
import { useMessages } from '../language.tsx';
import { useMay } from '../role.ts';
import { Choices } from './choices.tsx';
import { LiveIndicator } from './connection-banner.tsx';
import { KeyboardShortcuts } from './keyboard-shortcuts.tsx';
import { isOffered, PAGE_GROUPS } from './pages.ts';
import { WhoAmI } from './who-am-i.tsx';

/** At the left on wide screens, at the top with a menu button on small ones. */
export function SideBar() {
  const { shell, shared } = useMessages();
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  const isAdmin = useMay('admin');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever the page changes
  useEffect(() => setOpen(false), [pathname]);
  return (
    <header className="sticky top-0 z-20 max-h-dvh overflow-y-auto border-b border-line bg-card lg:h-dvh lg:border-r lg:border-b-0">
      <div className="flex items-center gap-x-3 px-3 py-2 lg:flex-wrap lg:px-4 lg:pt-4">
        <Link to="/" className="flex items-center gap-2 text-lg font-semibold">
          <img src="/favicon.svg" alt="" width="24" height="24" />
          {shared.product}
        </Link>
        <span className="grow" />
        <LiveIndicator />
        <Button
          className="lg:hidden"
          aria-expanded={isOpen}
          aria-controls="side-bar-content"
          onClick={() => setOpen(!isOpen)}
        >
          {shell.menu}
        </Button>
      </div>
      <div
        id="side-bar-content"
        className={`${isOpen ? 'flex' : 'hidden'} flex-col gap-4 px-3 pb-3 lg:flex lg:px-3 lg:pt-2`}
      >
        <nav aria-label={shell.navigation}>
          {PAGE_GROUPS.map((group) => (
            <div key={group.name} className="mb-2 grid grid-cols-[6.5rem_minmax(0,1fr)] lg:block">
              <p id={`pages-${group.name}`} className="px-2.5 py-1.5 text-xs font-semibold text-muted lg:py-0.5">
                {shell.groups[group.name]}
              </p>
              <ul aria-labelledby={`pages-${group.name}`} className="flex flex-wrap gap-0.5 lg:block">
                {group.pages
                  .filter((page) => isOffered(page, isAdmin))
                  .map(({ name, to }) => (
                    <li key={name}>
                      <Link
                        to={to}
                        activeOptions={{ exact: to === '/', includeSearch: false }}
                        className="block rounded-md px-2.5 py-1.5 hover:bg-raised lg:py-0.5 lg:text-sm"
                        activeProps={{ className: 'bg-raised font-semibold', 'aria-current': 'page' }}
                      >
                        {shell.pages[name]}
                      </Link>
                    </li>
                  ))}
              </ul>
            </div>
          ))}
        </nav>
        <Choices />
        <KeyboardShortcuts />
        <WhoAmI />
      </div>
    </header>
  );
}
