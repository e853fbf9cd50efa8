import type { Recommendation } from '../../../contracts/report.ts';
import { type Advice, rawIssue, recommend } from './advice.ts';
import { CLOUD_RUN_COMMANDS, fillCommand } from './commands.ts';
import { adviseMemory, memorySize } from './memory-size.ts';

/** More memory after an OOM, as a whole command; a leak search when more memory cannot be the answer. Null without an OOM. */
export function memory(advice: Advice): Recommendation | null {
  const signals = advice.understanding.signals.filter((signal) => signal.type === 'OOM');
  if (signals.length === 0) return null;
  const say = advice.messages.recommendations.memory;
  const numbers = highestNumbers(signals.map((signal) => signal.memory));
  const advised = adviseMemory(numbers, advice.knobs);
  const ids = new Set(signals.map((signal) => signal.event.id));
  const issues = advice.issues.filter((issue) =>
    rawIssue(advice, issue)?.incidents.some(
      (incident) => incident.signal !== null && ids.has(incident.signal.event.id),
    ),
  );
  const measured = numbers === null ? [] : [say.numbers(numbers.limitMib, numbers.usedMib)];
  if (advised.kind === 'leak') {
    return recommend(advice, issues, {
      priority: 'HIGH',
      action: say.findLeak,
      details: [...measured, say.atLastSize(advised.largestMib)].join(' '),
      suggested_investigation: say.leakSteps,
    });
  }
  const size = memorySize(advised.mib);
  const isAssumed = advised.kind === 'assume';
  return recommend(advice, issues, {
    priority: 'HIGH',
    action: isAssumed ? say.assume(advised.mib, size) : say.raise(advised.mib, size),
    details: isAssumed ? say.noNumbers(advised.mib) : measured.join(' '),
    command: memoryCommand(advice, size),
    suggested_investigation: [say.watch],
  });
}

function memoryCommand({ commands, subject }: Advice, size: string): string | null {
  const template = commands.memory ?? CLOUD_RUN_COMMANDS.memory;
  return fillCommand(template, { service: subject.service, region: subject.region, memory: size });
}

/** Several deaths: the largest limit and the largest use, so that no advice lies below a size that already failed. */
function highestNumbers(
  all: ({ limitMib: number; usedMib: number } | null)[],
): { limitMib: number; usedMib: number } | null {
  const known = all.filter((numbers) => numbers !== null);
  if (known.length === 0) return null;
  return {
    limitMib: Math.max(...known.map((numbers) => numbers.limitMib)),
    usedMib: Math.max(...known.map((numbers) => numbers.usedMib)),
  };
}
