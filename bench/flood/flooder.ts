import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** Sends the same small request over raw connections at a rate, whatever it is answered; tells how often it was answered with what. */

interface FloodData {
  port: number;
  key: string;
  perSecond: number;
  connections: number;
  /** Each connection comes from another address of 127.0.1.0/24: then only the key's limit holds the flood back. */
  isSpread: boolean;
}

const TICK_MS = 10;
const { port, key, perSecond, connections, isSpread } = workerData as FloodData;
const body = '{"message":"flood"}\n';
const head = `POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/x-ndjson\r\n`;
const request = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
const answers: Record<string, number> = {};
let sent = 0;
let isOver = false;

const sockets = Array.from({ length: connections }, (_, index) => open(index));
const began = performance.now();
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - began) * perSecond) / 1_000);
  for (; sent < due; sent++) sockets[sent % connections]!.write(request);
}, TICK_MS);

parentPort!.once('message', () => {
  isOver = true;
  clearInterval(timer);
  for (const socket of sockets) socket.destroy();
  parentPort!.postMessage({ sent, answers });
});

function open(index: number) {
  const localAddress = isSpread ? `127.0.1.${index + 1}` : '127.0.1.1';
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.setNoDelay(true).on('data', (data) => {
    for (const [, status = ''] of data.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g))
      answers[status] = (answers[status] ?? 0) + 1;
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!isOver) sockets[index] = open(index);
  });
  return socket;
}
