import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { createFormats, type Formats } from './formats.ts';
import { keepLanguage, type Language, loadMessages, type Messages } from './i18n/current.ts';

interface LanguageValue {
  language: Language;
  messages: Messages;
  formats: Formats;
  choose(language: Language): Promise<void>;
}

const LanguageContext = createContext<LanguageValue | null>(null);

interface LanguageProviderProps {
  first: { language: Language; messages: Messages };
  children: ReactNode;
}

export function LanguageProvider({ first, children }: LanguageProviderProps) {
  const [{ language, messages }, setLanguage] = useState(first);
  const choose = useCallback(async (next: Language) => {
    const loaded = await loadMessages(next);
    keepLanguage(next);
    setLanguage({ language: next, messages: loaded });
  }, []);
  const value = useMemo(
    () => ({ language, messages, formats: createFormats(language, messages.shared.time), choose }),
    [language, messages, choose],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageValue {
  const value = useContext(LanguageContext);
  if (!value) throw new Error('LanguageProvider is missing');
  return value;
}

export function useMessages(): Messages {
  return useLanguage().messages;
}

export function useFormats(): Formats {
  return useLanguage().formats;
}
