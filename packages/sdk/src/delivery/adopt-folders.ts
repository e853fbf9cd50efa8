import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TellTrouble } from '../trouble.ts';
import { type AdoptedSegment, adoptSegment, laneOfName } from './adopt-segment.ts';
import type { DeliveryTime } from './delivery.ts';
import type { Lane } from './item.ts';
import { type OwnFolder, removeIfEmpty } from './owner.ts';
import { reasonOf } from './reason-of.ts';
import type { DiskLoss, Retirement } from './retire-segments.ts';
import { SENT_MARKER } from './segment.ts';
import type { Shelf } from './shelf.ts';
import { levelPlace, type Tally } from './tally.ts';

/** Of damage in a file whose levels cannot be read. */
const LIKELY_LEVEL: Readonly<Record<Lane, number>> = {
  low: levelPlace('info'),
  high: levelPlace('error'),
  audit: levelPlace('audit'),
};

export interface AdoptionOptions {
  own: OwnFolder;
  shelf: Shelf;
  retirement: Retirement;
  time: DeliveryTime;
  tell: TellTrouble;
  /** Entries of a dead process are ours from now on, by place of level. */
  onAdopted: (entries: Tally) => void;
  onLost: (loss: DiskLoss) => void;
  /** True: what was not looked through stays for a successor. */
  isClosed: () => boolean;
}

/** Takes over what dead processes left; what is adopted counts from the moment its file is looked through. What cannot be taken over is told. */
export async function adoptFolders(options: AdoptionOptions): Promise<void> {
  const { own, time, tell } = options;
  let folders: string[];
  try {
    folders = own.adopt(time.now());
  } catch (error) {
    tell('adoption', `records of earlier processes cannot be taken over: ${reasonOf(error)}`);
    return;
  }
  for (const folder of folders) {
    try {
      await adoptFolder(folder, options);
    } catch (error) {
      tell('adoption', `${folder} cannot be taken over: ${reasonOf(error)}`);
    }
  }
}

async function adoptFolder(folder: string, options: AdoptionOptions): Promise<void> {
  const { time, tell, isClosed } = options;
  const names = (await readdir(folder)).sort();
  for (const name of names) {
    if (isClosed()) return;
    const path = join(folder, name);
    const lane = laneOfName(name);
    try {
      if (lane) enter(await adoptSegment(path, lane, time.now()), options);
      // A marker whose segment is gone already.
      else if (name.endsWith(SENT_MARKER) && !names.includes(name.slice(0, -SENT_MARKER.length))) await rm(path);
    } catch (error) {
      tell('adoption', `a segment cannot be taken over (${reasonOf(error)}): ${path}`);
    }
  }
  removeIfEmpty(folder);
}

/** All of it counts in one step: adopted, and what is damaged as lost. */
function enter({ segment, found, damaged }: AdoptedSegment, options: AdoptionOptions): void {
  const { shelf, retirement, tell, onAdopted, onLost, isClosed } = options;
  if (isClosed()) return;
  const place = LIKELY_LEVEL[segment.lane];
  shelf.add(segment);
  found.add(place, damaged);
  onAdopted(found);
  if (damaged > 0) {
    onLost({ place, count: damaged, reason: 'torn', segment });
    const told = `${damaged} damaged record(s) of an earlier process were passed over`;
    tell('segment-damaged', `${told}: ${segment.path}`);
  }
  retirement.removeIfDone(segment);
}
