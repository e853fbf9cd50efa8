import type { PeopleLanguage } from './i18n/index.ts';

/** Making one takes 0.3 ms. Languages and configured zones are few. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const KEPT = 100;

/** `Oct 19, 2026, 14:30 (Europe/Paris)`, in words of the language: with its zone, for terminals and other programs show it to people of any. `at`: epoch ms. */
export function momentIn(at: number, { language, timeZone }: { language: PeopleLanguage; timeZone: string }): string {
  return `${clockOf(language, timeZone).format(at)} (${timeZone})`;
}

function clockOf(language: PeopleLanguage, timeZone: string): Intl.DateTimeFormat {
  const name = `${language} ${timeZone}`;
  const known = clocks.get(name);
  if (known) return known;
  const locale = language === 'fr' ? 'fr-CA' : 'en-CA';
  const made = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
  if (clocks.size >= KEPT) clocks.clear();
  clocks.set(name, made);
  return made;
}
