/** Work that is done once at the end of the event-loop turn in which it is first asked for. */
export class TurnEnd {
  readonly #work: () => void;
  #immediate: NodeJS.Immediate | null = null;
  #isStopped = false;

  constructor(work: () => void) {
    this.#work = work;
  }

  ask(): void {
    if (this.#immediate !== null || this.#isStopped) return;
    this.#immediate = setImmediate(() => {
      this.#immediate = null;
      this.#work();
    });
  }

  /** What was asked for is not done any more. */
  stop(): void {
    this.#isStopped = true;
    if (this.#immediate) clearImmediate(this.#immediate);
  }
}
