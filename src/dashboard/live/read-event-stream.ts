/** Longest line kept of the stream; the server's are some hundred characters. */
const LINE_CHARACTERS = 64 * 1024;

/**
 * Reads `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html): `heard` for every piece that comes, comments
 * included, and `said` with the data and the name of each event. Returns when the stream ends. Not `EventSource`: that one hides the pings, by whose
 * absence a dead connection is known.
 */
export async function readEventStream(
  body: ReadableStream<Uint8Array>,
  { heard, said }: { heard: () => void; said: (data: string, event: string) => void },
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  const readLine = createLineReader(said);
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const lines = (rest + value).split(/\r\n|\n|\r/);
    rest = lines.pop()!.slice(0, LINE_CHARACTERS);
    for (const line of lines) readLine(line);
  }
}

/** An empty line ends an event. */
function createLineReader(said: (data: string, event: string) => void): (line: string) => void {
  let data: string[] = [];
  let event = '';
  return (line) => {
    if (line === '') {
      if (data.length > 0) said(data.join('\n'), event || 'message');
      data = [];
      event = '';
    } else if (line.startsWith('event:')) {
      event = line.slice('event:'.length).trim();
    } else if (line.startsWith('data:')) {
      data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
    }
  };
}
