import { readFileSync, writeFileSync } from 'node:fs';

// Loaded by `node --import` in front of a command: when the process ends, what it used is written as JSON to the file named by GUARDIAN_USAGE_FILE.
const file = process.env.GUARDIAN_USAGE_FILE;

if (file !== undefined) {
  process.once('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(file, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: peakMb() }));
  });
}

/** The most memory the process ever had, all threads. Linux hands `maxRSS` on from the process that started this one, `VmHWM` not. */
function peakMb(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Math.round(Number(kilobytes) / 1024);
  } catch {
    // Not Linux.
  }
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
