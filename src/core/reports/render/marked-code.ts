import type { CodeSnippet } from '../../../contracts/report.ts';

export interface CodeLine {
  number: number;
  text: string;
  isFailing: boolean;
}

/** The snippet line by line, numbered as in the file; nothing when no code could be shown. */
export function markedCode(snippet: Pick<CodeSnippet, 'code_snippet' | 'start_line' | 'line'>): CodeLine[] {
  if (snippet.code_snippet === '') return [];
  return snippet.code_snippet
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((text, index) => ({
      number: snippet.start_line + index,
      text,
      isFailing: snippet.start_line + index === snippet.line,
    }));
}
