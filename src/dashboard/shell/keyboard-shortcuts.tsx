import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { focusSearch, moveInList, toggleRow } from '../keyboard/move-in-list.ts';
import { type Shortcuts, useShortcuts } from '../keyboard/shortcuts.ts';
import { useMessages } from '../language.tsx';
import { useMay } from '../role.ts';
import { isOffered, type NavigationPage, PAGES } from './pages.ts';

/** The keys that work everywhere, and the help that lists all of them. */
export function KeyboardShortcuts() {
  const { shell } = useMessages();
  const navigate = useNavigate();
  const isAdmin = useMay('admin');
  const [isHelpShown, setHelpShown] = useState(false);
  const shortcuts: Shortcuts = {
    '?': () => setHelpShown(true),
    '/': focusSearch,
    j: () => moveInList(1),
    k: () => moveInList(-1),
    x: toggleRow,
  };
  const offered = PAGES.filter((page) => isOffered(page, isAdmin));
  for (const { key, to } of offered) shortcuts[`g ${key}`] = () => void navigate({ to });
  useShortcuts(shortcuts);
  return (
    <>
      <div className="hidden lg:block">
        <Button look="bare" className="text-muted" onClick={() => setHelpShown(true)}>
          {shell.shortcuts} <kbd className="rounded border border-edge px-1.5 font-mono text-xs">?</kbd>
        </Button>
      </div>
      {isHelpShown && <ShortcutHelp pages={offered} onClose={() => setHelpShown(false)} />}
    </>
  );
}

function ShortcutHelp({ pages: offered, onClose }: { pages: readonly NavigationPage[]; onClose: () => void }) {
  const { shell } = useMessages();
  const { shortcut, pages } = shell;
  const rows: [string, string][] = [
    ['j', shortcut.next],
    ['k', shortcut.previous],
    ['Enter', shortcut.open],
    ['x', shortcut.select],
    ['/', shortcut.search],
    ['Esc', shortcut.back],
    ['?', shortcut.help],
    ['.', shortcut.pause],
    ['c', shortcut.copy],
    ['r', shortcut.resolve],
    ...offered.map(({ name, key }): [string, string] => [`g ${key}`, shortcut.goTo(pages[name])]),
  ];
  return (
    <Dialog title={shell.shortcuts} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 text-sm">
        {rows.map(([keys, text]) => (
          <div key={keys} className="contents">
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key} className="mr-1 rounded border border-edge bg-raised px-1.5 py-0.5 font-mono text-xs">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
