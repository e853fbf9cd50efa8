import type { DroppedItems, Intake } from '../../core/ingest/index.ts';

type Refused = DroppedItems & { projectId: number; source: string };

/** A flood is refused thousands of times a second: the intake is told once in so long what it came to. */
const TOLD_EVERY_MS = 1_000;
const MOST_KINDS = 1_000;

/** Counts refusals by project, source and reason, and tells the intake: the first at once, those that follow now and then. `close` tells the rest. */
export function createRefusalTally(intake: Pick<Intake, 'countDropped'>) {
  const counts = new Map<string, Refused>();
  let timer: NodeJS.Timeout | null = null;
  return {
    add(refused: Refused): void {
      if (timer === null) {
        timer = setTimeout(tell, TOLD_EVERY_MS).unref();
        intake.countDropped(refused);
        return;
      }
      const key = `${refused.projectId} ${refused.source} ${refused.reason} ${refused.category}`;
      const known = counts.get(key);
      if (known) known.quantity += refused.quantity;
      else if (counts.size < MOST_KINDS) counts.set(key, { ...refused });
    },
    close: tell,
  };

  function tell(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (const refused of counts.values()) intake.countDropped(refused);
    counts.clear();
  }
}

export type RefusalTally = ReturnType<typeof createRefusalTally>;
