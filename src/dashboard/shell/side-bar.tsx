import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button } from '../components/button.tsx';
import { useMessages } from '../language.tsx';
import { Choices } from './choices.tsx';
import { LiveIndicator } from './connection-banner.tsx';
import { KeyboardShortcuts } from './keyboard-shortcuts.tsx';
import { PAGES } from './pages.ts';
import { WhoAmI } from './who-am-i.tsx';

/** At the left on wide screens, at the top with a menu button on small ones. */
export function SideBar() {
  const { shell, shared } = useMessages();
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever the page changes
  useEffect(() => setOpen(false), [pathname]);
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-card lg:h-dvh lg:overflow-y-auto lg:border-r lg:border-b-0">
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
          <ul className="grid grid-cols-2 gap-0.5 lg:grid-cols-1">
            {PAGES.map(({ name, to }) => (
              <li key={name}>
                <Link
                  to={to}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  className="block rounded-md px-2.5 py-1.5 hover:bg-raised"
                  activeProps={{ className: 'bg-raised font-semibold', 'aria-current': 'page' }}
                >
                  {shell.pages[name]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Choices />
        <KeyboardShortcuts />
        <WhoAmI />
      </div>
    </header>
  );
}
