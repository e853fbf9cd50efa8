import type { z } from 'zod';
import type { logExportQuery } from '../../contracts/api/jobs.ts';
import type { Run, StoredJob } from '../../core/jobs/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { logFilter } from './log-filter.ts';
import { csvOf } from './log-view.ts';
import { everyRun, knownJobs, type LogKind } from './run-logs.ts';

/** Streams every row that matches: no silent bound. */
export async function exportLogs(
  context: AppContext,
  kind: LogKind,
  { format, ...query }: z.output<typeof logExportQuery>,
  view: (run: Run, stored: StoredJob | null) => Record<string, unknown>,
): Promise<Response> {
  const filter = await logFilter(context, kind, query);
  const jobs = await knownJobs(context);
  const rows = everyRun(context, filter);
  const encoder = new TextEncoder();
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await rows.next();
      if (done) return controller.close();
      const row = view(value, jobs.get(value.jobId) ?? null);
      if (format === 'jsonl') controller.enqueue(encoder.encode(`${JSON.stringify(row)}\n`));
      else {
        const [head = '', line = ''] = csvLines(row);
        controller.enqueue(encoder.encode(isFirst ? `${head}\r\n${line}\r\n` : `${line}\r\n`));
      }
      isFirst = false;
    },
    async cancel() {
      await rows.return(undefined);
    },
  });
  const day = toInstant(context.var.services.clock.now()).slice(0, 10);
  return context.body(body, 200, {
    'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    'content-disposition': `attachment; filename="${kind}-logs-${day}.${format}"`,
  });
}

function csvLines(row: Record<string, unknown>): string[] {
  const text = csvOf([row]);
  const end = text.indexOf('\r\n');
  return [text.slice(0, end), text.slice(end + 2)];
}
