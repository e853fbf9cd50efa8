import type { z } from 'zod';
import type { logExportQuery } from '../../contracts/api/job-logs.ts';
import type { Run, StoredJob } from '../../core/jobs/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { csvLine } from './csv.ts';
import { logFilter } from './log-filter.ts';
import { everyPage, knownJobs, type LogKind } from './run-logs.ts';

type Row = Record<string, unknown>;

/** Streams every row that matches, a page of the store at a time: no silent bound, and never all of it in memory. */
export async function exportLogs(
  context: AppContext,
  kind: LogKind,
  { format, ...query }: z.output<typeof logExportQuery>,
  { columns, view }: { columns: readonly string[]; view: (run: Run, stored: StoredJob | null) => Row },
): Promise<Response> {
  const filter = await logFilter(context, kind, query);
  const jobs = await knownJobs(context);
  const pages = everyPage(context, filter);
  const lineOf = (row: Row) =>
    format === 'csv' ? csvLine(columns.map((column) => row[column])) : `${JSON.stringify(row)}\n`;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (format === 'csv') controller.enqueue(encoder.encode(csvLine(columns)));
    },
    async pull(controller) {
      const { done, value } = await pages.next();
      if (done) return controller.close();
      const lines = value.map((run) => lineOf(view(run, jobs.get(run.jobId) ?? null)));
      controller.enqueue(encoder.encode(lines.join('')));
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
  const day = toInstant(context.var.services.clock.now()).slice(0, 10);
  return context.body(body, 200, {
    'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    'content-disposition': `attachment; filename="${kind}-logs-${day}.${format}"`,
  });
}
