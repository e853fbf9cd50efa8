import { open } from 'node:fs/promises';
import type { DeliveryTime } from './delivery.ts';
import type { DiskHealth } from './disk-health.ts';
import type { Shelf } from './shelf.ts';

export interface DiskSyncOptions {
  /** Where the segments stand: their names reach the disk with it. */
  folder: string;
  shelf: Shelf;
  health: DiskHealth;
  everyMs: number;
  time: DeliveryTime;
}

/** Brings what was written onto the disk: some time after a write, or for somebody who waits. */
export class DiskSync {
  readonly #options: DiskSyncOptions;
  #isFolderDirty = false;
  #cancel: (() => void) | null = null;
  #isClosed = false;

  constructor(options: DiskSyncOptions) {
    this.#options = options;
  }

  /** A file was made: the next sync takes the folder too. */
  fileMade(): void {
    this.#isFolderDirty = true;
  }

  soon(): void {
    if (this.#cancel || this.#isClosed) return;
    const { time, everyMs } = this.#options;
    this.#cancel = time.after(everyMs, () => {
      this.#cancel = null;
      this.now().catch(() => undefined);
    });
  }

  /** Everything written reaches the disk; rejects when it does not. */
  async now(): Promise<void> {
    const { folder, shelf, health } = this.#options;
    try {
      await Promise.all([...shelf].map((segment) => segment.sync()));
      if (this.#isFolderDirty) {
        this.#isFolderDirty = false;
        await syncFolder(folder);
      }
    } catch (error) {
      health.failed(error);
      throw error;
    }
  }

  /** For the last time; what cannot be synced was told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.now().catch(() => undefined);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
