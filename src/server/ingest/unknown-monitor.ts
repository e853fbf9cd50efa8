import type { WireRequest } from '../../core/ingest/index.ts';
import type { Services } from '../app-env.ts';

const CHECK_IN = /^\/cron\/([^/]+)\/$/;

/**
 * Whether a check-in by address names a monitor that is not there and does not say what it would be: nothing would come of it, and who sent it is told.
 * Where that cannot be known (the store is away, or a body is packed) it is taken in, and counted later if nothing came of it.
 */
export async function namesUnknownMonitor(
  { jobs, intake }: Pick<Services, 'jobs' | 'intake'>,
  { path, body, project }: Pick<WireRequest, 'path' | 'body' | 'project'>,
): Promise<boolean> {
  const monitor = CHECK_IN.exec(path)?.[1];
  if (monitor === undefined || mayDefineIt(body)) return false;
  if (intake.state().spooledEvents > 0) return false;
  const isKnown = await jobs.knowsMonitor(project.id, decoded(monitor)).catch(() => true);
  return !isKnown;
}

/** Only JSON that is not packed begins with a brace. */
function mayDefineIt(body: Uint8Array): boolean {
  if (body.length === 0) return false;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return !/^\s*\{/.test(text.toString('utf8', 0, 64)) || text.includes('"monitor_config"');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
