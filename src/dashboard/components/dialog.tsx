import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { useMessages } from '../language.tsx';
import { Button } from './button.tsx';

interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  /** At the right edge, full height, for details beside a list. */
  isDrawer?: boolean;
  /** Beside the close button. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, isDrawer = false, actions, children }: DialogProps) {
  const { shared } = useMessages();
  const titleId = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  const place = isDrawer
    ? 'my-0 mr-0 ml-auto h-dvh max-h-none w-full max-w-3xl border-l'
    : 'm-auto max-h-[85dvh] w-[calc(100%-1.5rem)] max-w-xl rounded-lg border';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape, which the browser turns into `cancel`, does the same
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === element.current && onClose()}
      className={`border-line bg-page p-0 ${place}`}
    >
      <div className="flex min-h-full flex-col">
        <div className="sticky top-0 z-10 flex items-center justify-between gap-2 border-b border-line bg-card px-4 py-2">
          <h2 id={titleId} className="min-w-0 font-semibold wrap-anywhere">
            {title}
          </h2>
          <div className="flex shrink-0 items-center gap-1">
            {actions}
            <Button look="bare" aria-label={shared.close} onClick={onClose}>
              ✕
            </Button>
          </div>
        </div>
        <div className="p-4">{children}</div>
      </div>
    </dialog>
  );
}

interface AskDialogProps {
  title: ReactNode;
  /** Names the button that does it. */
  action: string;
  look?: 'main' | 'danger';
  isBusy?: boolean;
  onSubmit: (data: FormData) => void;
  onClose: () => void;
  children?: ReactNode;
}

/** A dialog that is a form: a question with its fields. */
export function AskDialog({
  title,
  action,
  look = 'main',
  isBusy = false,
  onSubmit,
  onClose,
  children,
}: AskDialogProps) {
  const { shared } = useMessages();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        {children}
        <div className="mt-1 flex justify-end gap-2">
          <Button onClick={onClose}>{shared.cancel}</Button>
          <Button type="submit" look={look} disabled={isBusy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
