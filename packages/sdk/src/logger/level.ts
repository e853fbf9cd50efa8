import { LEVELS, type Level, type LevelName } from '../record.ts';

/** Every level, quietest first. */
export const LEVEL_ORDER = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const satisfies readonly Level[];

/** `critical` is fatal. Null: no level of that name. */
export function levelOf(name: unknown): Level | null {
  if (name === 'critical') return 'fatal';
  return typeof name === 'string' && Object.hasOwn(LEVELS, name) ? (name as Level) : null;
}

/** pino's numbers, own ones between them too: 35 is info. */
export function levelOfNumber(value: number): Level {
  let level: Level = 'trace';
  for (const candidate of LEVEL_ORDER) if (value >= LEVELS[candidate]) level = candidate;
  return level;
}

/** Throws for a name that is none. */
export function requireLevel(name: LevelName, where: string): Level {
  const level = levelOf(name);
  if (level !== null) return level;
  throw new TypeError(`${where}: "${String(name)}" is no level; there are ${LEVEL_ORDER.join(', ')} and critical`);
}
