import { en } from './en/index.ts';
import { fr } from './fr/index.ts';

export const LANGUAGES = ['en', 'fr'] as const;
export type PeopleLanguage = (typeof LANGUAGES)[number];

/** Every sentence Guardian says. English is the shape; a key missing in French does not compile. */
export type Messages = typeof en;

const catalogue: Record<PeopleLanguage, Messages> = { en, fr };

export function messagesFor(language: PeopleLanguage): Messages {
  return catalogue[language];
}

/** `fr_FR.UTF-8`, `fr-CA`, `FR` → `fr`; null for what is not offered. */
export function toPeopleLanguage(tag: string): PeopleLanguage | null {
  const primary = tag
    .trim()
    .toLowerCase()
    .split(/[-_.@]/)[0];
  return LANGUAGES.find((language) => language === primary) ?? null;
}
