import type { Environment } from '../config/index.ts';
import type { Clock } from '../core/shared/index.ts';

/** What a command may touch of the world it was started in. */
export interface CommandContext {
  /** What stands behind the command's name. */
  arguments: string[];
  folder: string;
  environment: Environment;
  clock: Clock;
  output: Terminal;
  errors: Terminal;
  /** Fires on Ctrl-C and SIGTERM. */
  signal: AbortSignal;
}

export interface Terminal {
  write(text: string): void;
  isTerminal: boolean;
  /** 0 where nobody's screen bounds a line. */
  columns: number;
}

/** Exit status after Ctrl-C or SIGTERM, as shells number it: nothing was made, so that a part is never taken for the whole. */
export const INTERRUPTED = 130;

/** What goes wrong without keeping the command from its work: a line of standard error each. */
export function warnOn({ errors }: Pick<CommandContext, 'errors'>): (sentence: string) => void {
  return (sentence) => errors.write(`${sentence}\n`);
}

/** Resolves to the exit status; throws GuardianError for everything a person must be told. */
export type Command = (context: CommandContext) => Promise<number>;
