import { useEffect, useState } from 'react';
import { useMessages } from '../language.tsx';
import { Button, type ButtonLook } from './button.tsx';

/** Also where the page came over plain HTTP from another machine, and `navigator.clipboard` is therefore missing. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'fixed -left-full';
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (!isCopied) throw new Error('copying was refused');
}

const SHOWN_MS = 3_000;

interface CopyButtonProps {
  /** The text, or how to get it. */
  text: string | (() => Promise<string>);
  label?: string;
  look?: ButtonLook;
  title?: string;
  id?: string;
}

export function CopyButton({ text, label, look = 'plain', title, id }: CopyButtonProps) {
  const { shared } = useMessages();
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await copyText(typeof text === 'string' ? text : await text());
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };
  return (
    <Button id={id} look={look} title={title} onClick={() => void copy()}>
      <span aria-live="polite">
        {outcome === 'copied'
          ? `✓ ${shared.copied}`
          : outcome === 'failed'
            ? shared.copyFailed
            : (label ?? shared.copy)}
      </span>
    </Button>
  );
}
