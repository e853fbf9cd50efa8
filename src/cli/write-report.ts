import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Guardian } from '../app.ts';
import type { Report } from '../contracts/report.ts';
import { GuardianError, type Messages } from '../core/shared/index.ts';
import type { CommandContext } from './context.ts';

const EXTENSIONS = { text: 'txt', json: 'json', html: 'html', markdown: 'md' } as const;
export type ReportFormat = keyof typeof EXTENSIONS;
const ALL: ReportFormat[] = ['html', 'markdown', 'json', 'text'];

export function isFormat(name: string): name is ReportFormat {
  return Object.hasOwn(EXTENSIONS, name);
}

export interface WriteReportInput {
  report: Report;
  guardian: Pick<Guardian, 'render'>;
  /** Null: all of them into a folder, text alone on the terminal. */
  formats: ReportFormat[] | null;
  out: string | null;
  isQuiet: boolean;
  context: CommandContext;
  messages: Messages;
}

/** Without `out` one format goes to standard output. With it, files; the terminal then gets the text and the paths. Returns the paths. */
export async function writeReport(input: WriteReportInput): Promise<string[]> {
  const { report, guardian, formats, out, isQuiet, context, messages } = input;
  const color = context.output.isTerminal && !context.environment.NO_COLOR;
  const text = async () => {
    const rendered = await guardian.render(report, 'text', { color, columns: context.output.columns });
    return rendered.endsWith('\n') ? rendered : `${rendered}\n`;
  };
  const whole = async (format: ReportFormat) => `${(await guardian.render(report, format)).trimEnd()}\n`;
  if (out === null) {
    const format = formats?.[0] ?? 'text';
    if (!isQuiet) context.output.write(format === 'text' ? await text() : await whole(format));
    return [];
  }
  const paths = targets(resolve(context.folder, out), formats);
  for (const [format, path] of paths) writeWhole(path, await whole(format));
  if (!isQuiet) {
    context.output.write(`${await text()}\n`);
    for (const [, path] of paths) context.output.write(`${messages.cli.written(path)}\n`);
  }
  return paths.map(([, path]) => path);
}

/** One format and a name with an extension: that file. Else a folder with `report.*` for each. */
function targets(out: string, formats: ReportFormat[] | null): [ReportFormat, string][] {
  const only = formats?.length === 1 ? formats[0] : undefined;
  const named = ALL.find((format) => extname(out) === `.${EXTENSIONS[format]}`);
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder && extname(out) !== '' && (only ?? named)) return [[(only ?? named)!, out]];
  return (formats ?? ALL).map((format) => [format, join(out, `report.${EXTENSIONS[format]}`)]);
}

/** A reader never sees half a file: written beside, then renamed. */
function writeWhole(path: string, content: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, content);
    renameSync(beside, path);
  } catch (cause) {
    throw new GuardianError('output_unwritable', { path, reason: (cause as Error).message, cause });
  }
}
