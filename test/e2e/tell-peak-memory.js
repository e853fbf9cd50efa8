// Loaded into a measured process: writes its peak resident memory, KiB, where it is told to.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/** On Linux the peak that the system counts begins with that of the process which started this one; what it keeps of the program itself does not. */
function peakKib() {
  const own = existsSync(STATUS) ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(STATUS, 'utf8'))?.[1] : undefined;
  return own ?? String(process.resourceUsage().maxRSS);
}

process.on('exit', () => writeFileSync(process.env.PEAK_MEMORY_FILE, peakKib()));
