/** How a Go failure is typed, for it has no class: the word the runtime prints before the value. */
export const GO_TYPE = { panic: 'panic', runtime: 'runtime error', fatal: 'fatal error' } as const;

export interface GoHead {
  type: string;
  message: string;
}

const RECOVERED = /\s\[recovered(?:, repanicked)?\]$/;

/** `panic: V`, `fatal error: V`, `http: panic serving A: V`, `SIGQUIT: quit`, also behind a log prefix; else null. */
export function goHead(line: string): GoHead | null {
  const signal = /^(SIG[A-Z]{2,8}): (.*)$/s.exec(line);
  if (signal?.[1]) return { type: signal[1], message: signal[2] ?? '' };
  const match = /(?:^|\s)(fatal error: |panic: |http2?: panic serving \S+: )/.exec(line);
  if (!match) return null;
  // Behind a prefix, only a short one (a time, a level): prose may say "panic: " as well.
  if (match.index > 80) return null;
  const value = line.slice(match.index + match[0].length);
  if (match[1] === 'fatal error: ') return { type: GO_TYPE.fatal, message: value };
  return panicValue(value);
}

/** `runtime error: V`, `(main.T) V`, or any V. */
export function panicValue(value: string): GoHead {
  const text = value.replace(RECOVERED, '');
  if (text.startsWith('runtime error: ')) return { type: GO_TYPE.runtime, message: text.slice(15) };
  const typed = /^\((\*?[\w./-]{1,300})\) (.*)$/s.exec(text);
  return typed?.[1]?.includes('.')
    ? { type: typed[1], message: typed[2] ?? '' }
    : { type: GO_TYPE.panic, message: text };
}

/** The words after `panic: ` or in place of it. */
export function formatGoHead(head: GoHead): string {
  if (head.type === GO_TYPE.panic) return `panic: ${head.message}`;
  if (head.type === GO_TYPE.runtime) return `panic: runtime error: ${head.message}`;
  if (head.type === GO_TYPE.fatal || /^SIG[A-Z]+$/.test(head.type)) return `${head.type}: ${head.message}`;
  return `panic: (${head.type}) ${head.message}`;
}

/**
 * The values of a head's lines, first panic first: each nested `\tpanic: V` begins another, `[signal …]` belongs to
 * none, every other line continues the message (the runtime puts a tab before it).
 */
export function readPanics(lines: readonly string[]): GoHead[] {
  const panics: GoHead[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || /^\t+panic: /.test(line)) {
      const head = index === 0 ? goHead(line) : panicValue(line.slice(line.indexOf('panic: ') + 7));
      if (head) panics.push(head);
    } else continueMessage(panics.at(-1), line);
  }
  for (const panic of panics) panic.message = panic.message.trimEnd().replace(RECOVERED, '');
  return panics;
}

function continueMessage(panic: GoHead | undefined, line: string): void {
  if (!panic || /^(?:\[signal |goexit\b|\[originating from goroutine )/.test(line)) return;
  panic.message += `\n${line.startsWith('\t') ? line.slice(1) : line}`;
}
