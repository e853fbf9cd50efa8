import type { Messages } from './en/index.ts';

/** The catalogue of one language; English is the shape, so a key missing in French does not compile. */
export type { Messages };

export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

const STORED_AS = 'guardian.language';

function isLanguage(value: string | null | undefined): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** What was chosen here before, else what the browser asks for, else English. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORED_AS);
  if (isLanguage(stored)) return stored;
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

let current: Language = 'en';

export function currentLanguage(): Language {
  return current;
}

export function hasChosenLanguage(): boolean {
  return isLanguage(localStorage.getItem(STORED_AS));
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(STORED_AS, language);
}

/** Only the language that is shown is fetched. */
export async function loadMessages(language: Language): Promise<Messages> {
  const messages = language === 'fr' ? (await import('./fr/index.ts')).fr : (await import('./en/index.ts')).en;
  current = language;
  document.documentElement.lang = language;
  return messages;
}
