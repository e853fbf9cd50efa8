/** Own troubles go to standard error, never into the records they are about; one line per kind and 30 s. */
export type TellTrouble = (kind: string, line: string) => void;

const QUIET_MS = 30_000;
const KINDS = 256;

export interface TroubleOptions {
  /** Replaces standard error. */
  write?: (line: string) => void;
  /** Monotonic ms. */
  now?: () => number;
}

export function createTroubleTeller({
  write = writeError,
  now = () => performance.now(),
}: TroubleOptions = {}): TellTrouble {
  const lastTold = new Map<string, number>();
  return (kind, line) => {
    const last = lastTold.get(kind);
    if (last !== undefined && now() - last < QUIET_MS) return;
    if (lastTold.size >= KINDS) lastTold.clear();
    lastTold.set(kind, now());
    write(`[guardian] ${line}\n`);
  };
}

/** A closed standard error is no reason to fail. */
function writeError(line: string): void {
  try {
    process.stderr.write(line);
  } catch {
    // Nobody is left to tell.
  }
}
