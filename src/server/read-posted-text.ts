import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GuardianError } from '../core/shared/index.ts';
import type { AppContext } from './app-env.ts';
import { readBody } from './read-body.ts';

const inflate = promisify(gunzip);

/** A posted text, packed by gzip or not. Throws `too_large`, `unsupported_media`, `payload_invalid`. */
export async function readPostedText(
  context: AppContext,
  { bodyBytes, inflatedBytes }: { bodyBytes: number; inflatedBytes: number },
): Promise<string> {
  const { services, messages } = context.var;
  const read = await readBody(context, { maxBytes: bodyBytes, timeoutMs: services.knobs.bodyTimeoutMs });
  if ('failure' in read) {
    context.header('connection', 'close');
    if (read.failure === 'too-large')
      throw new GuardianError('too_large', { reason: messages.server.bodies.tooLarge(bodyBytes) });
    throw new GuardianError('payload_invalid', { reason: messages.server.reasons.bodyTime });
  }
  const encoding = context.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return new TextDecoder().decode(read.body);
  if (encoding !== 'gzip') throw new GuardianError('unsupported_media');
  try {
    return (await inflate(read.body, { maxOutputLength: inflatedBytes })).toString('utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new GuardianError('too_large', { reason: messages.server.bodies.tooLarge(inflatedBytes), cause });
    throw new GuardianError('payload_invalid', { reason: (m) => m.server.bodies.noGzip, cause });
  }
}
