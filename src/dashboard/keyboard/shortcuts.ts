import { useEffect, useRef } from 'react';

/** A key, or two after each other: `j`, `g i`. */
export type Shortcuts = Record<string, () => void>;

interface Registration {
  current: Shortcuts;
  isInDialog: boolean;
}

/** The newest one that knows a key gets it: a dialog before the page, a page before the shell. */
const registrations: Registration[] = [];

/** A second key must follow within this. */
const SEQUENCE_MS = 1_000;
let prefix = '';
let prefixAt = 0;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function isTextFree(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && (target.type === 'checkbox' || target.type === 'radio');
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) && !isTextFree(event.target)) return;
  if (document.querySelector('[role=menu]')) return;
  const hasDialog = document.querySelector('dialog[open]') !== null;
  const keys =
    prefix !== '' && event.timeStamp - prefixAt < SEQUENCE_MS ? [`${prefix} ${event.key}`, event.key] : [event.key];
  prefix = '';
  for (const key of keys) {
    const found = registrations.findLast((one) => one.isInDialog === hasDialog && Object.hasOwn(one.current, key));
    if (!found) continue;
    event.preventDefault();
    found.current[key]!();
    return;
  }
  if (registrations.some((one) => Object.keys(one.current).some((name) => name.startsWith(`${event.key} `)))) {
    prefix = event.key;
    prefixAt = event.timeStamp;
  }
}

/** Keys that work while the component stands, except while somebody types in a field. */
export function useShortcuts(shortcuts: Shortcuts, { isInDialog = false } = {}): void {
  const latest = useRef<Registration>({ current: shortcuts, isInDialog });
  latest.current.current = shortcuts;
  useEffect(() => {
    const registration = latest.current;
    if (registrations.length === 0) document.addEventListener('keydown', onKeyDown);
    registrations.push(registration);
    return () => {
      registrations.splice(registrations.indexOf(registration), 1);
      if (registrations.length === 0) document.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
