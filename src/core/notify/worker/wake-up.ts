/** Something that sleeps until it is woken, or for `atMostMs`; a call that comes while nobody sleeps is not lost. */
export function createWakeUp(atMostMs: number) {
  let isCalled = false;
  let end: () => void = () => {};

  return {
    call(): void {
      isCalled = true;
      end();
    },
    /** Whoever looks round now has seen to every call before. */
    answer(): void {
      isCalled = false;
    },
    sleep(): Promise<void> {
      const wasCalled = isCalled;
      isCalled = false;
      if (wasCalled) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        timer.unref();
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
