import type { FrameView } from '../../../contracts/api/issues.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { CodeLines } from '../code.tsx';

/** One frame: where, and which code. */
export function Frame({ frame }: { frame: FrameView }) {
  const { issue: t, shared } = useMessages();
  const place = frame.file ?? frame.module ?? shared.unknown;
  const position = [frame.line, frame.column].filter((part) => part !== null).join(':');
  const where = position === '' ? place : `${place}:${position}`;
  return (
    <li className="border-t border-line py-2">
      <div className="flex flex-wrap items-baseline gap-x-2 text-sm">
        <span className={`font-mono wrap-anywhere ${frame.isApplication ? 'font-semibold text-warn' : 'text-muted'}`}>
          {oneLine(where)}
        </span>
        {frame.function !== null && <span className="font-mono text-xs wrap-anywhere">{oneLine(frame.function)}</span>}
        <span className="text-xs text-muted" title={t.frameRule(frame.rule)}>
          {frame.isApplication ? t.application : t.library}
        </span>
      </div>
      {frame.code && (
        <>
          <CodeLines
            lines={frame.code.lines}
            startLine={frame.code.startLine}
            markedLine={frame.line}
            label={oneLine(where)}
          />
          <p className="mt-1 text-xs text-muted">{t.codeFrom[frame.code.origin]}</p>
        </>
      )}
    </li>
  );
}
