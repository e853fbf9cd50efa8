import type { Messages } from '../core/shared/index.ts';
import type { CommandContext } from './context.ts';

export interface ReadingProgress {
  readBytes: number;
  totalBytes: number | null;
}

/** Inputs below this are read before a bar would be worth drawing, bytes. */
const SHOWN_FROM_BYTES = 8 * 1024 * 1024;
const REDRAW_MS = 100;

/** A bar on the error terminal for long inputs; nothing when that is no terminal. Call the result with each progress, and `done` at the end. */
export function progressBar({ errors, clock }: CommandContext, messages: Messages) {
  const begin = clock.now();
  let drawnAt = 0;
  return {
    update({ readBytes, totalBytes }: ReadingProgress): void {
      const now = clock.now();
      if (!errors.isTerminal || (totalBytes ?? readBytes) < SHOWN_FROM_BYTES || now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      const rate = readBytes / Math.max(0.001, (now - begin) / 1000);
      const text = messages.cli.reading(
        readableBytes(readBytes),
        totalBytes === null ? null : readableBytes(totalBytes),
        readableBytes(rate),
      );
      errors.write(`\r\u001b[2K${bar(readBytes, totalBytes)}${text}`.slice(0, errors.columns + 8));
    },
    done(): void {
      if (drawnAt > 0) errors.write('\r\u001b[2K');
    },
  };
}

function bar(readBytes: number, totalBytes: number | null): string {
  if (!totalBytes) return '';
  const filled = Math.round(24 * Math.min(1, readBytes / totalBytes));
  return `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} `;
}

export function readableBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
