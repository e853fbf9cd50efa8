import type { TellTrouble } from '../trouble.ts';
import type { DeliveryTime } from './delivery.ts';
import { reasonOf } from './reason-of.ts';

/** A disk that refused is asked again after that. */
const RETRY_DISK_MS = 1_000;

export interface DiskProblem {
  /** Epoch ms. */
  since: number;
  reason: string;
}

export interface DiskHealthOptions {
  folder: string;
  time: DeliveryTime;
  tell: TellTrouble;
  /** It may take entries again after it refused some. */
  onBack: () => void;
}

/** Whether the disk takes entries. After a refusal it is left alone for a second; the problem stands until a write succeeds. */
export class DiskHealth {
  readonly #options: DiskHealthOptions;
  #isUsable = true;
  #problem: DiskProblem | null = null;
  #cancelRetry: (() => void) | null = null;
  #isClosed = false;

  constructor(options: DiskHealthOptions) {
    this.#options = options;
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  get problem(): DiskProblem | null {
    return this.#problem;
  }

  wrote(): void {
    this.#problem = null;
  }

  failed(error: unknown): void {
    const { folder, time, tell, onBack } = this.#options;
    const reason = reasonOf(error);
    this.#problem ??= { since: time.wall(), reason };
    tell('disk', `records cannot be written to disk (${reason}); they wait in memory. Free space in ${folder}`);
    this.#isUsable = false;
    if (this.#isClosed) return;
    this.#cancelRetry?.();
    this.#cancelRetry = time.after(RETRY_DISK_MS, () => {
      this.#isUsable = true;
      onBack();
    });
  }

  /** It is not asked again. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
  }
}
