import type { Exception, Frame } from '../event.ts';
import { causeChain, type ExceptionNode, toTree } from './exception-node.ts';
import { FATAL_ERROR } from './python-faulthandler.ts';
import { CAUSE_SENTENCE, CONTEXT_SENTENCE, GROUP_TRACEBACK, TRACEBACK } from './python-lines.ts';

/** As `traceback.print_exception` writes it, code lines without their `^` marks. */
export function renderPython(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  if (raised.type === FATAL_ERROR) return renderFault(raised);
  const printer = new Printer();
  printer.chain(raised, 0);
  return `${printer.lines.join('\n')}\n`;
}

class Printer {
  readonly lines: string[] = [];
  /** The innermost last member of a group closes all groups around it. */
  private needsClose = false;

  chain(raised: ExceptionNode, level: number): void {
    const chain = causeChain(raised);
    for (let index = chain.length - 1; index >= 0; index--) {
      const node = chain[index];
      if (node) this.block(node, level);
      const next = chain[index - 1];
      if (next) {
        this.text('', level);
        this.text(next.causeRelation === 'context' ? CONTEXT_SENTENCE : CAUSE_SENTENCE, level);
        this.text('', level);
      }
    }
  }

  private block(node: ExceptionNode, level: number): void {
    const isGroup = node.members.length > 0;
    const own = isGroup && level === 0 ? 1 : level;
    if (own !== level) this.lines.push(`${'  '.repeat(own)}+ ${GROUP_TRACEBACK}`);
    else if (node.frames.length > 0) this.text(isGroup ? GROUP_TRACEBACK : TRACEBACK, own);
    this.frames(node.frames.toReversed(), own);
    if (node.type !== null) {
      const head = node.message === null ? node.type : `${node.type}: ${node.message}`;
      for (const line of head.split('\n')) this.text(line, own);
    }
    this.members(node.members, own);
  }

  private frames(frames: readonly Frame[], level: number): void {
    let repeated = 0;
    for (const [index, frame] of frames.entries()) {
      repeated = index > 0 && isSame(frame, frames[index - 1]) ? repeated + 1 : 0;
      if (repeated < 3) this.frame(frame, level);
      const isRunEnd = !isSame(frame, frames[index + 1]);
      const left = repeated - 2;
      if (isRunEnd && left > 0) {
        this.text(`  [Previous line repeated ${left} more time${left === 1 ? '' : 's'}]`, level);
      }
    }
  }

  private frame(frame: Frame, level: number): void {
    const name = frame.function === null ? '' : `, in ${frame.function}`;
    this.text(`  File "${frame.file ?? '<unknown>'}", line ${frame.line ?? 0}${name}`, level);
    if (frame.code !== null) this.text(`    ${frame.code}`, level);
  }

  private members(members: readonly ExceptionNode[], level: number): void {
    this.needsClose = false;
    for (const [index, member] of members.entries()) {
      const isLast = index === members.length - 1;
      if (isLast) this.needsClose = true;
      const bar = '-'.repeat(16);
      this.lines.push(`${'  '.repeat(level)}${index === 0 ? '+-' : '  '}+${bar} ${index + 1} ${bar}`);
      this.chain(member, level + 1);
      if (isLast && this.needsClose) {
        this.lines.push(`${'  '.repeat(level + 1)}+${'-'.repeat(36)}`);
        this.needsClose = false;
      }
    }
  }

  private text(line: string, level: number): void {
    this.lines.push(level === 0 ? line : `${'  '.repeat(level)}| ${line}`);
  }
}

function isSame(frame: Frame, other: Frame | undefined): boolean {
  return (
    other !== undefined &&
    frame.file === other.file &&
    frame.line === other.line &&
    frame.function === other.function &&
    frame.code === other.code
  );
}

function renderFault(node: ExceptionNode): string {
  const frames = node.frames.map((frame) => `  File "${frame.file}", line ${frame.line} in ${frame.function}`);
  const thread = 'Current thread 0x00007f0000000000 (most recent call first):';
  return `${[`${FATAL_ERROR}: ${node.message ?? ''}`, '', thread, ...frames].join('\n')}\n`;
}
