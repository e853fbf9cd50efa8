import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { meQuery, projectsQuery } from '../api/queries/administration.ts';
import { sendJson } from '../api/request.ts';
import { SelectField } from '../components/fields.tsx';
import { hasChosenLanguage, LANGUAGES, type Language } from '../i18n/current.ts';
import { useLanguage } from '../language.tsx';
import { chooseTheme, THEMES, type Theme, useTheme } from '../theme.ts';

const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français' };

/** Project, language, theme. */
export function Choices() {
  return (
    <div className="grid gap-2 sm:grid-cols-3 lg:grid-cols-1">
      <ProjectFilter />
      <LanguageChoice />
      <ThemeChoice />
    </div>
  );
}

function ProjectFilter() {
  const { messages } = useLanguage();
  const { project = '' } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  const projects = useQuery(projectsQuery);
  const known = projects.data?.items ?? [];
  const options: [string, string][] = [
    ['', messages.shell.allProjects],
    ...known.map(({ slug, name }): [string, string] => [slug, name]),
  ];
  if (project !== '' && !known.some(({ slug }) => slug === project)) options.push([project, project]);
  return (
    <SelectField
      label={messages.shell.projectFilter}
      options={options}
      value={project}
      onChoose={(value) =>
        void navigate({ to: '.', search: (former) => ({ ...former, project: value === '' ? undefined : value }) })
      }
    />
  );
}

function LanguageChoice() {
  const { language, messages, choose } = useLanguage();
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const kept = me?.language ?? null;
  useEffect(() => {
    if (kept && !hasChosenLanguage()) void choose(kept);
  }, [kept, choose]);
  const change = async (value: string) => {
    const next = LANGUAGES.find((one) => one === value) ?? 'en';
    await choose(next);
    // The server's own sentences come in the language that is asked for.
    void client.invalidateQueries();
    if (me?.kind === 'user')
      await sendJson('/api/me/language', { method: 'PUT', body: { language: next } }).catch(() => {});
  };
  return (
    <SelectField
      label={messages.shell.language}
      options={LANGUAGES.map((one) => [one, LANGUAGE_NAMES[one]] as const)}
      value={language}
      onChoose={(value) => void change(value)}
    />
  );
}

function ThemeChoice() {
  const { messages } = useLanguage();
  const theme = useTheme();
  return (
    <SelectField
      label={messages.shell.theme}
      options={THEMES.map((one) => [one, messages.shell.themes[one]] as const)}
      value={theme}
      onChoose={(value) => chooseTheme(value as Theme)}
    />
  );
}
