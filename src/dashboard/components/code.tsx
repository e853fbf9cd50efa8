import { visibleText } from '../visible-text.ts';
import { ScrollBox } from './scroll-box.tsx';

interface CodeLinesProps {
  lines: readonly string[];
  startLine: number | null;
  /** The failing line. */
  markedLine: number | null;
  label: string;
}

/** Code with line numbers; the failing line stands out by colour and by an arrow. */
export function CodeLines({ lines, startLine, markedLine, label }: CodeLinesProps) {
  return (
    <ScrollBox label={label} className="mt-2 rounded-md bg-code py-2 font-mono text-xs leading-5">
      <div className="w-max min-w-full">
        {lines.map((text, index) => {
          const number = startLine === null ? null : startLine + index;
          const isMarked = number !== null && number === markedLine;
          const ground = isMarked ? 'bg-mark' : 'bg-code';
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place
            <div key={index} className={`flex ${ground}`}>
              <span className={`sticky left-0 w-14 shrink-0 pr-2 text-right text-muted select-none ${ground}`}>
                {isMarked ? '▶ ' : ''}
                {number ?? ''}
              </span>
              <code className="pr-3 whitespace-pre">{visibleText(text) || ' '}</code>
            </div>
          );
        })}
      </div>
    </ScrollBox>
  );
}

/** Text as it came, line ends kept, hidden characters written out, never HTML. */
export function Pre({ text, label, isTall = false }: { text: string; label: string; isTall?: boolean }) {
  return (
    <ScrollBox label={label} className={`mt-2 rounded-md bg-code p-3 ${isTall ? '' : 'max-h-96'}`}>
      <pre className="font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere">{visibleText(text)}</pre>
    </ScrollBox>
  );
}

const DIFF_TEXT: Record<string, string> = { '+': 'text-ok', '-': 'text-bad', '@': 'text-info' };

export function Diff({ text, label }: { text: string; label: string }) {
  return (
    <ScrollBox label={label} className="mt-2 max-h-96 rounded-md bg-code p-3">
      <pre className="font-mono text-xs leading-5">
        {visibleText(text)
          .split('\n')
          .map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place
            <span key={index} className={`block ${DIFF_TEXT[line.charAt(0)] ?? ''}`}>
              {line || ' '}
            </span>
          ))}
      </pre>
    </ScrollBox>
  );
}
