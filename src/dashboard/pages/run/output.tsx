import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Section } from '../../components/card.tsx';
import { Failed, FailedLine } from '../../components/failed.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Loading } from '../../components/loaded.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';
import { type Chunk, SHOWN, useOutput } from './use-output.ts';

const STREAMS = ['all', 'stdout', 'stderr', 'log'] as const;
type Stream = (typeof STREAMS)[number];

/** What the run wrote, with its stream and time; while it goes on, new lines come by themselves. */
export function Output({ run, isOpen }: { run: string; isOpen: boolean }) {
  const { runs } = useMessages();
  const t = runs.output;
  const formats = useFormats();
  const [from, setFrom] = useState<'newest' | 'start'>('newest');
  const [stream, setStream] = useState<Stream>('all');
  const output = useOutput(run, from, isOpen);
  const shown = output.chunks.filter((chunk) => stream === 'all' || chunk.stream === stream);
  const isCut = output.earlier > 0 || from === 'start';
  return (
    <Section
      title={t.title}
      id="output"
      aside={
        <div className="flex flex-wrap gap-2">
          {isCut && (
            <Button onClick={() => setFrom(from === 'start' ? 'newest' : 'start')}>
              {from === 'start' ? t.newest : t.fromStart}
            </Button>
          )}
          <SelectField
            label={t.choose}
            isLabelHidden
            value={stream}
            onChoose={(value) => setStream(value as Stream)}
            options={STREAMS.map((one) => [one, t.stream[one]] as const)}
          />
        </div>
      }
    >
      {output.lostBytes > 0 && (
        <p className="mb-1 text-sm text-warn">{t.lost(runs.bytes(formats.count(output.lostBytes)))}</p>
      )}
      {output.earlier > 0 && <p className="mb-1 text-sm text-muted">{t.earlier(formats.count(output.earlier))}</p>}
      <Written output={output} shown={shown} follows={from === 'newest' && isOpen} />
      <WrittenEnd output={output} />
    </Section>
  );
}

interface WrittenProps {
  output: ReturnType<typeof useOutput>;
  /** Those of the stream that was chosen. */
  shown: readonly Chunk[];
  follows: boolean;
}

function Written({ output, shown, follows }: WrittenProps) {
  const { output: t } = useMessages().runs;
  if (!output.isLoaded) return <Loading />;
  if (output.error !== null && output.chunks.length === 0) return <Failed error={output.error} retry={output.retry} />;
  if (shown.length === 0) return <p className="text-sm text-muted">{output.isDone ? t.none : t.noneYet}</p>;
  return <Lines chunks={shown} follows={follows} label={t.title} />;
}

/** What follows behind the lines: more of them, the end, or why it is not known. */
function WrittenEnd({ output: { error, chunks, hasLater, isDone } }: Pick<WrittenProps, 'output'>) {
  const { output: t } = useMessages().runs;
  const formats = useFormats();
  const hasLines = chunks.length > 0;
  return (
    <>
      {error !== null && hasLines && (
        <div className="mt-1">
          <p className="text-sm text-bad">{t.failed}</p>
          <FailedLine error={error} />
        </div>
      )}
      {hasLater && <p className="mt-1 text-sm text-muted">{t.later(formats.count(SHOWN))}</p>}
      {hasLines && error === null && !hasLater && <p className="mt-1 text-xs text-muted">{isDone ? t.done : t.live}</p>}
    </>
  );
}

const STREAM_TEXT: Record<Chunk['stream'], string> = { stdout: 'text-muted', stderr: 'text-bad', log: 'text-info' };

interface LinesProps {
  chunks: readonly Chunk[];
  /** Stays at the end while new lines come, unless somebody scrolled up. */
  follows: boolean;
  label: string;
}

function Lines({ chunks, follows, label }: LinesProps) {
  const { runs } = useMessages();
  const formats = useFormats();
  const box = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new piece moves the end
  useEffect(() => {
    const element = box.current;
    if (element && follows && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [chunks, follows]);
  return (
    <section
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
      className="max-h-[32rem] overflow-auto rounded-md bg-code p-2 font-mono text-xs leading-5"
    >
      {chunks.map(({ seq, at, stream, text }) => (
        <div key={seq} className="grid grid-cols-[auto_auto_minmax(0,1fr)] gap-x-2">
          <time dateTime={at} title={formats.exact(Date.parse(at))} className="text-muted">
            {formats.timeOfDay(Date.parse(at))}
          </time>
          <span className={STREAM_TEXT[stream]}>{runs.output.stream[stream]}</span>
          <span className="whitespace-pre-wrap wrap-anywhere">{visibleText(text.replace(/\r?\n$/, ''))}</span>
        </div>
      ))}
    </section>
  );
}
