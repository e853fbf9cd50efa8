/** What is wrong with a template, and where: lines and columns from 1. */
export class TemplateError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, at: { line: number; column: number }) {
    super(message);
    this.name = 'TemplateError';
    this.line = at.line;
    this.column = at.column;
  }
}
