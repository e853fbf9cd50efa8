import { createTroubleTeller } from '../trouble.ts';
import { DEFAULT_DELIVERY, type Delivery, type DeliveryOptions, type DropSummary } from './delivery.ts';
import { Pipe } from './pipe.ts';
import { SYSTEM_TIME } from './system-time.ts';

/**
 * Starts the way of entries to one sink. What dead processes left in `folder` is taken over in the background. A folder that cannot be written is
 * told through `onTrouble`, shown in `gauges().problem`, and entries wait in memory alone. Options that contradict themselves are a RangeError.
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const time = options.time ?? SYSTEM_TIME;
  const knobs = { ...DEFAULT_DELIVERY, ...options.knobs };
  for (const [name, value] of Object.entries(knobs)) {
    if (
      typeof value === 'number' &&
      !(value > 0 || (name === 'reservedShare' && value === 0) || (name === 'flushAfterMs' && value === 0))
    ) {
      throw new RangeError(`the knob ${name} of a delivery must be above 0, not ${value}`);
    }
  }
  if (knobs.reservedShare >= 1) throw new RangeError('the knob reservedShare of a delivery must be below 1');
  const { onTrouble } = options;
  const tell = createTroubleTeller({
    now: () => time.now(),
    ...(onTrouble ? { write: (line: string) => guarded(() => onTrouble(line.trimEnd())) } : {}),
  });
  const { describeDrops } = options;
  return new Pipe({
    ...options,
    ...(describeDrops ? { describeDrops: (drop: DropSummary) => guarded(() => describeDrops(drop)) ?? null } : {}),
    time,
    knobs,
    tell,
  });
}

/** What the application hands in may not break the delivery. */
function guarded<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
