import type { ButtonHTMLAttributes } from 'react';

const LOOKS = {
  plain: 'border-edge bg-card text-ink hover:bg-raised',
  main: 'border-info bg-info text-on-accent hover:opacity-90',
  danger: 'border-alarm bg-card text-bad hover:bg-tint-bad',
  bare: 'border-transparent bg-transparent text-ink hover:bg-raised',
} as const;

export type ButtonLook = keyof typeof LOOKS;

/** For links that look like buttons, too. */
export function buttonClass(look: ButtonLook = 'plain'): string {
  return `inline-flex min-h-8 cursor-pointer items-center justify-center gap-1.5 rounded-md border px-2.5 py-1 text-sm font-medium whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-60 ${LOOKS[look]}`;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: ButtonLook;
}

export function Button({ look = 'plain', className = '', type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={`${buttonClass(look)} ${className}`} {...rest} />;
}
