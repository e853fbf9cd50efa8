import { connect, type Socket } from 'node:net';

/**
 * The client of `bench/middleware.ts`, a process of its own: raw keep-alive connections that write a fixed request and count bytes. All answers of a server have one length, so nothing is parsed after the first, and the client costs a fraction of the server.
 */
const CONNECTIONS = 32;
const REQUEST =
  'GET /api/threads/4711 HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nAccept: application/json\r\n' +
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0\r\nAccept-Language: en\r\n\r\n';
const BYTES = Buffer.from(REQUEST);

interface Command {
  port: number;
  ms: number;
}

process.on('message', (command: Command) => {
  void run(command).then((answers) => process.send?.(answers));
});

async function run({ port, ms }: Command): Promise<number> {
  const answerBytes = await measureAnswer(port);
  let bytes = 0;
  let isOver = false;
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)));
  for (const socket of sockets) {
    let pending = answerBytes;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      pending -= chunk.length;
      if (pending > 0 || isOver) return;
      pending += answerBytes;
      socket.write(BYTES);
    });
    socket.write(BYTES);
  }
  await new Promise((passed) => setTimeout(passed, ms));
  isOver = true;
  const answers = Math.floor(bytes / answerBytes);
  for (const socket of sockets) socket.destroy();
  return answers;
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((connected, failed) => socket.once('connect', connected).once('error', failed));
  return socket;
}

async function measureAnswer(port: number): Promise<number> {
  const socket = await open(port);
  socket.write(REQUEST);
  const [head, length] = await new Promise<[number, number]>((found, failed) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const headEnd = text.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      if (text.startsWith('HTTP/1.1 200') && length !== undefined) found([headEnd + 4, Number(length)]);
      else failed(new Error(text.slice(0, headEnd)));
    });
  });
  socket.destroy();
  return head + length;
}
