import { z } from 'zod';
import { span } from './pieces.ts';
import { shapes } from './reasons.ts';

const reference = (kind: string, built: string) =>
  z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9-]{0,63}(?:@\d+\.\d+\.\d+)?$/, {
      error: shapes.template,
    })
    .default(built)
    .describe(`what ${kind} are rendered with; without a version the current one`);

export const templates = z.strictObject({
  folder: z
    .string()
    .nullable()
    .default(null)
    .describe('templates of your own: NAMESPACE/FILE.template; read anew when they change. null: none'),
  message: reference('messages', 'guardian/message'),
  report: reference('reports', 'guardian/report'),
  digest: reference('the daily digest', 'guardian/digest'),
  quiet: span.prefault('200ms').describe('silence after a change before the files are read'),
  lookEvery: span.prefault('5s').describe('they are looked at so often where the file system says nothing of changes'),
});
