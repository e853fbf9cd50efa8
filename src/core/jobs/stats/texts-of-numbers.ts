import type { RunTexts } from './run-texts.ts';

const formats = new Map<string, Intl.NumberFormat>();

export function numberText(value: number, { locale }: RunTexts): string {
  return formatOf(locale, 'decimal').format(value);
}

/** 0.1234 → 12.3 %. */
export function percentText(value: number, { locale }: RunTexts): string {
  return Number.isFinite(value) ? formatOf(locale, 'percent').format(value) : '∞ %';
}

/** ms below a second, else seconds. */
export function durationText(ms: number, texts: RunTexts): string {
  return ms < 1_000
    ? texts.milliseconds(numberText(Math.round(ms), texts))
    : texts.seconds(numberText(Math.round(ms / 100) / 10, texts));
}

function formatOf(locale: string, style: 'decimal' | 'percent'): Intl.NumberFormat {
  const key = `${locale} ${style}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style, maximumFractionDigits: style === 'percent' ? 1 : 2 });
    formats.set(key, format);
  }
  return format;
}
