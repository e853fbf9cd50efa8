import { Writable } from 'node:stream';
import { createTroubleTeller } from '../trouble.ts';

const tell = createTroubleTeller();

/** An optional peer that is not installed switches off what needs it, and nothing else; that is said. */
export function tellMissing(peer: string, consequence: string): void {
  tell(peer, `${peer} is not installed: ${consequence}. Install it: npm install ${peer}`);
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** Takes everything and does nothing. */
export function discardingStream(): Writable {
  return new Writable({ objectMode: true, write: (_chunk, _encoding, done) => done() });
}
