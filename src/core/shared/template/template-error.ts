import { templateFaults as english } from '../i18n/en/template-faults.ts';

/** The catalogue's sentences about templates, of one language. */
export type TemplateWords = typeof english;

/** What is wrong with a template, and where: lines and columns from 1. `message` is English; `inWords` any language. */
export class TemplateError extends Error {
  readonly line: number;
  readonly column: number;
  readonly inWords: (words: TemplateWords) => string;

  constructor(inWords: (words: TemplateWords) => string, at: { line: number; column: number }) {
    super(inWords(english));
    this.name = 'TemplateError';
    this.inWords = inWords;
    this.line = at.line;
    this.column = at.column;
  }
}
