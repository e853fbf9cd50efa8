import type { Sink } from '../sinks/sink.ts';
import { Disk, type DiskOptions } from './disk.ts';
import type { DiskProblem } from './disk-health.ts';
import { reasonOf } from './reason-of.ts';

export interface OpenDiskOptions extends Omit<DiskOptions, 'folder'> {
  sink: Sink;
  folder: string | null;
}

/** The disk of a delivery. Null without a folder, or when that cannot be written (`problem`): both are told, and entries wait in memory alone. */
export function openDisk({ folder, ...options }: OpenDiskOptions): { disk: Disk | null; problem: DiskProblem | null } {
  const { sink, time, tell } = options;
  if (folder === null) {
    if (!sink.isLocal)
      tell(
        'no-disk',
        `${sink.name}: no folder is set, so records wait in memory alone. Set one that survives a restart`,
      );
    return { disk: null, problem: null };
  }
  try {
    return { disk: new Disk({ ...options, folder }), problem: null };
  } catch (error) {
    const reason = reasonOf(error);
    tell(
      'no-disk',
      `${sink.name}: ${folder} cannot be written (${reason}), so records wait in memory alone. Make it writable`,
    );
    return { disk: null, problem: { since: time.wall(), reason } };
  }
}
