import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { say } from '../../sayings.ts';
import { readLaunch } from './state.ts';
import { createSupervisor } from './supervisor.ts';
import type { Answer, Question } from './wire.ts';

/** A question holds an environment at most. */
const QUESTION_BYTES = 4 * 1024 * 1024;

// Runs by itself, one a service: `node main.ts FOLDER SOCKET`. Whoever has the service's port is the one; a second ends at once.
const [folder = '', socket = ''] = process.argv.slice(2);
const supervisor = createSupervisor(folder, readLaunch(folder));
await supervisor.start();
process.umask(0o077);

const control = createServer((request, response) => {
  // Whatever goes wrong with a question, the service is served on.
  void take(request, response).catch((error: unknown) => {
    console.error(error);
    send(response, { kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  });
});

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > QUESTION_BYTES) return send(response, { kind: 'refused', reason: say.supervisor.longQuestion });
    parts.push(part as Buffer);
  }
  const question = JSON.parse(Buffer.concat(parts).toString('utf8')) as Question;
  send(response, await supervisor.answer(question));
  if (question.kind === 'stop') await end(question.all);
}

function send(response: ServerResponse, answer: Answer): void {
  if (response.headersSent) return;
  response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer));
}

// Only the owner of the port gets here: a socket that stands there is of one that has died.
rmSync(socket, { force: true });
await new Promise<void>((resolve, reject) => control.once('error', reject).listen(socket, resolve));
chmodSync(socket, 0o600);
try {
  writeFileSync(join(folder, 'supervisor.pid'), String(process.pid), { mode: 0o600 });
} catch (error) {
  // It tells people: nothing depends on it.
  console.error(error);
}

let isEnding = false;
async function end(all: boolean): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await supervisor.stop(all);
  rmSync(socket, { force: true });
  process.exit(0);
}
process.on('SIGTERM', () => void end(false));
process.on('SIGINT', () => void end(false));
