import type { Event } from '../../events/index.ts';
import type { CriticalSignal } from '../incident.ts';
import { PLATFORM_MESSAGES, type PlatformMessage } from './platform-messages.ts';

export interface PlatformSignal {
  type: CriticalSignal['type'];
  /** Which platform sentence it was. */
  rule: string;
  /** What tells two such failures apart: an exit code, a unit; empty when nothing does. */
  detail: string;
  memory: CriticalSignal['memory'];
}

const LOOKED_AT = 16_384;
/** No platform sentence lacks all of these: one pass over a message that is none. */
const HINT =
  /Memory limit of|exit|signal|probe failed|Ready condition|Back-off|back-off|OOM|oom-kill|ut of memory|segfault|core dumped|cannot allocate/;
const OUT_OF_MEMORY_TYPES = new Set(['java.lang.OutOfMemoryError', 'System.OutOfMemoryException']);
const KUBERNETES_REASONS: Record<string, CriticalSignal['type']> = {
  OOMKilled: 'OOM',
  OOMKilling: 'OOM',
  CrashLoopBackOff: 'CRASH',
};

/** The platform's word that a process died or is unhealthy, or null. Never a mere word in a message: whole sentences only. */
export function recogniseSignal(event: Event): PlatformSignal | null {
  const thrown = event.exceptions.find(({ type }) => type !== null && OUT_OF_MEMORY_TYPES.has(type));
  if (thrown) return { type: 'OOM', rule: 'exception', detail: thrown.type ?? '', memory: null };
  const reason = kubernetesReason(event);
  if (reason !== null) return reason;
  const text = event.body.length > LOOKED_AT ? event.body.slice(0, LOOKED_AT) : event.body;
  if (!HINT.test(text)) return null;
  for (const message of PLATFORM_MESSAGES) {
    if (message.from === 'cloud-run-system' && isApplicationLog(event)) continue;
    const signal = matchLines(message, text);
    if (signal) return signal;
  }
  return null;
}

function matchLines(message: PlatformMessage, text: string): PlatformSignal | null {
  let start = 0;
  for (let line = 0; line < 12 && start <= text.length; line++) {
    const end = text.indexOf('\n', start);
    const content = text.slice(start, end < 0 ? text.length : end);
    const match = message.pattern.exec(content);
    if (match) {
      const detail = message.detail ? message.detail(match) : '';
      if (detail === null) return null;
      return { type: message.type, rule: message.rule, detail, memory: memoryOf(message, match) };
    }
    if (end < 0) return null;
    start = end + 1;
  }
  return null;
}

function memoryOf(message: PlatformMessage, match: RegExpExecArray): CriticalSignal['memory'] {
  if (message.rule !== 'cloud-run-memory-limit') return null;
  return { limitMib: toMib(match[1], match[2]), usedMib: toMib(match[3], match[4]) };
}

function toMib(amount = '0', unit = 'MiB'): number {
  return Number(amount) * (unit.startsWith('G') ? 1024 : 1);
}

/** Cloud Logging names the log: what a container printed itself is not the platform speaking. */
function isApplicationLog(event: Event): boolean {
  return (
    event.source.kind === 'cloud-logging' && /(?:%2F|\/)(?:stdout|stderr|requests)(?:\||$)/.test(event.source.stream)
  );
}

/** Kubernetes events carry their reason as a field beside the object they are about. */
function kubernetesReason({ attributes }: Event): PlatformSignal | null {
  const isObjectEvent =
    'involvedObject' in attributes ||
    'k8s.event.reason' in attributes ||
    attributes.kind === 'Event' ||
    'k8s.object.kind' in attributes;
  if (!isObjectEvent) return null;
  const reason = attributes['k8s.event.reason'] ?? attributes.reason;
  const type = typeof reason === 'string' ? KUBERNETES_REASONS[reason] : undefined;
  return type ? { type, rule: `kubernetes-${String(reason)}`, detail: '', memory: null } : null;
}
