import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app.css';
import { meQuery } from './api/queries/administration.ts';
import { createQueryClient } from './api/query-client.ts';
import { loadMessages, preferredLanguage } from './i18n/current.ts';
import { LanguageProvider } from './language.tsx';
import { router } from './router.tsx';
import { startTheme } from './theme.ts';

startTheme();
const language = preferredLanguage();
const client = createQueryClient();
// Asked for together, so that nothing waits for the one before.
void client.prefetchQuery(meQuery);
const [messages] = await Promise.all([loadMessages(language), router.load()]);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LanguageProvider first={{ language, messages }}>
        <RouterProvider router={router} />
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
