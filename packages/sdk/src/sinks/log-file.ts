import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveName } from './file-archive.ts';

export interface LogFileOptions {
  folder: string;
  category: string;
  maxBytes: number;
  /** Epoch ms. */
  now: () => number;
  /** A file was closed. */
  onRotated: () => void;
}

/** The open file of one category. Several processes may append to it: each looks before it writes whether another has rotated. */
export class LogFile {
  readonly #options: LogFileOptions;
  readonly #path: string;
  #handle: FileHandle | null = null;
  #day = '';
  #needsLineEnd = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#path = join(options.folder, `${options.category}.log`);
  }

  /** Resolves once the lines are on the disk; what was written of them by a failed try is taken back. */
  async append(lines: string): Promise<void> {
    const bytes = Buffer.from(this.#needsLineEnd ? `\n${lines}` : lines);
    const handle = await this.#open(bytes.length);
    const { size } = await handle.stat();
    let written = 0;
    try {
      while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
      await handle.datasync();
      this.#needsLineEnd = false;
    } catch (error) {
      await this.#takeBack(handle, size, written);
      throw error;
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  /** The file to write to, after the rotation that is due. */
  async #open(bytes: number): Promise<FileHandle> {
    const known = this.#handle ? await this.#sizeIfCurrent(this.#handle) : null;
    if (known === null) await this.#reopen();
    const size = known ?? (await this.#handle!.stat()).size;
    const isDue = size > 0 && (size + bytes > this.#options.maxBytes || this.#day !== this.#today());
    if (isDue) await this.#rotate();
    return this.#handle!;
  }

  async #reopen(): Promise<void> {
    await this.close();
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    this.#handle = await open(this.#path, 'a', 0o600);
    const { size, mtimeMs } = await this.#handle.stat();
    this.#day = size > 0 ? dayOf(mtimeMs) : this.#today();
  }

  async #rotate(): Promise<void> {
    const { folder, category, now, onRotated } = this.#options;
    await this.close();
    try {
      await rename(this.#path, join(folder, archiveName(category, now())));
    } catch (error) {
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await this.#reopen();
    onRotated();
  }

  /** Null when the name stands for another file by now, or for none. */
  async #sizeIfCurrent(handle: FileHandle): Promise<number | null> {
    const [own, named] = await Promise.all([handle.stat(), stat(this.#path).catch(() => null)]);
    return named && named.ino === own.ino && named.dev === own.dev ? own.size : null;
  }

  async #takeBack(handle: FileHandle, size: number, written: number): Promise<void> {
    try {
      const now = await handle.stat();
      if (now.size === size + written) await handle.truncate(size);
      else this.#needsLineEnd = written > 0;
    } catch {
      this.#needsLineEnd = written > 0;
    }
  }

  #today(): string {
    return dayOf(this.#options.now());
  }
}

/** UTC. */
function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
