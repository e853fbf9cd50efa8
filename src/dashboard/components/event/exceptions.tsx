import type { ExceptionView, FrameView } from '../../../contracts/api/issues.ts';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { Badge } from '../badges.tsx';
import { Card } from '../card.tsx';
import { Frame } from './frame.tsx';

/** The exceptions of one event, raised one first, then its causes; frames crash first. */
export function Exceptions({ exceptions }: { exceptions: readonly ExceptionView[] }) {
  return (
    <div className="flex flex-col gap-3">
      {exceptions.map((exception, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an exception is known by its place in the chain
        <OneException key={index} exception={exception} />
      ))}
    </div>
  );
}

function OneException({ exception }: { exception: ExceptionView }) {
  const { issue: t, shared } = useMessages();
  return (
    <Card edge="bad">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="text-sm text-muted">{t.relation[exception.relation] ?? oneLine(exception.relation)}</span>
        <h3 className="font-semibold text-bad wrap-anywhere">{oneLine(exception.type ?? shared.unknown)}</h3>
        {exception.isHandled !== null && (
          <Badge tone={exception.isHandled ? 'none' : 'bad'}>{exception.isHandled ? t.handled : t.notHandled}</Badge>
        )}
        {exception.language !== null && <span className="text-xs text-muted">{exception.language}</span>}
      </div>
      {exception.message !== null && (
        <p className="mt-1 font-mono text-sm whitespace-pre-wrap wrap-anywhere">{visibleText(exception.message)}</p>
      )}
      {exception.isCut && <p className="mt-1 text-sm text-warn">{t.cut}</p>}
      {exception.frames.length === 0 ? (
        <p className="mt-2 text-sm text-muted">{t.noFrames}</p>
      ) : (
        <ol className="mt-2">
          {foldLibraries(exception.frames).map((group) =>
            group.isFolded ? (
              <li key={group.first} className="border-t border-line py-1">
                <details>
                  <summary className="cursor-pointer text-sm text-muted">
                    {t.libraryFrames(group.frames.length)}
                  </summary>
                  <ol>
                    {group.frames.map((frame, index) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a frame is known by its place
                      <Frame key={index} frame={frame} />
                    ))}
                  </ol>
                </details>
              </li>
            ) : (
              <Frame key={group.first} frame={group.frames[0]!} />
            ),
          )}
        </ol>
      )}
    </Card>
  );
}

interface FrameGroup {
  /** Place of its first frame. */
  first: number;
  isFolded: boolean;
  frames: FrameView[];
}

/** Application frames stand alone; library frames in a row become one group. */
function foldLibraries(frames: readonly FrameView[]): FrameGroup[] {
  const groups: FrameGroup[] = [];
  frames.forEach((frame, first) => {
    const last = groups.at(-1);
    if (!frame.isApplication && last?.isFolded) last.frames.push(frame);
    else groups.push({ first, isFolded: !frame.isApplication, frames: [frame] });
  });
  return groups;
}
