import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { buttonClass } from './button.tsx';

export interface MenuItem {
  key: string;
  text: ReactNode;
  onSelect: () => void;
}

interface MenuProps {
  label: ReactNode;
  items: readonly MenuItem[];
  isDisabled?: boolean;
  title?: string;
  /** Given when something else than the button opens it too. */
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
}

/** A button with a menu. Not modal: the modal kind injects a style element, which the content security policy refuses. */
export function Menu({ label, items, isDisabled = false, title, isOpen, onOpenChange }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} open={isOpen} onOpenChange={onOpenChange}>
      <DropdownMenu.Trigger className={buttonClass()} disabled={isDisabled} title={title}>
        {label} <span aria-hidden="true">▾</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-w-[calc(100vw-1rem)] min-w-48 rounded-md border border-edge bg-card p-1 shadow-lg"
        >
          {items.map(({ key, text, onSelect }) => (
            <DropdownMenu.Item
              key={key}
              onSelect={onSelect}
              className="cursor-pointer rounded px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-raised"
            >
              {text}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
