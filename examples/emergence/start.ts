import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { showMails } from '../show-mails.ts';
import { endService } from './end-service.ts';
import { makeServiceRepository } from './make-repository.ts';

/** The whole story on one machine: Guardian with the configuration beside, the service with its history, people who write, and a mail server that shows what it gets. */
const here = import.meta.dirname;
const data = mkdtempSync(join(tmpdir(), 'emergence-'));
const { good, bad, repository } = makeServiceRepository(join(data, 'service'));
const mailbox = await showMails();

const port = process.env.EMERGENCE_PORT ?? '4500';
const agent = [process.execPath, join(here, '../../test/fixtures/emergence-agent.ts')];
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  GUARDIAN_DATA: join(data, 'guardian'),
  EMERGENCE_PORT: port,
  EMERGENCE_REPOSITORY: repository,
  EMERGENCE_MAIL_PORT: String(mailbox.port),
  EMERGENCE_AGENT: process.env.EMERGENCE_AGENT ?? JSON.stringify(agent),
  EMERGENCE_RUNS: join(data, 'runs'),
  CODEX_GPT_EMAIL: 'agent@emergence.example',
  EMAIL_OPERATOR: 'operator@emergence.example',
};
const command = join(here, '../../bin/guardian.js');
const config = ['--config', join(here, 'guardian.config.ts')];
mkdirSync(join(data, 'guardian'), { recursive: true });
const guardian = spawn(process.execPath, [command, 'start', ...config, '--port', process.env.GUARDIAN_PORT ?? '4400'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: environment,
});
let isOver = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => guardian.kill(signal));
guardian.on('exit', async (code) => {
  isOver = true;
  mailbox.close();
  await endService(join(data, 'guardian'));
  process.exit(code ?? 1);
});
const url = await new Promise<string>((resolve) => {
  guardian.stdout.on('data', (part: Buffer) => {
    process.stdout.write(part);
    const address = /http:\/\/[\d.]+:\d+/.exec(part.toString());
    if (address !== null) resolve(address[0]);
  });
});

const ask = async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as { items: T[] };
const project = (await ask<{ id: number; slug: string }>('/api/projects')).items.find(({ slug }) => slug === 'default');
const key = (await ask<{ key: string }>(`/api/projects/${project?.id}/keys`)).items[0]?.key ?? '';
await deploy(good, '--set', `GUARDIAN_URL=${url}`, '--set', 'GUARDIAN_KEY');
let answers = [1];
void talk();
await deploy(bad, '--irreversible');
answers = [1, 1, 1, 1, 1, 1, 1, 1, 1, 2];
console.log(`
People answer a message now that was withdrawn: messages are lost. Look at ${url}/issues, ${url}/deployments and ${url}/fixes.
When a fix is proposed: read it, press "Continue" on the deployment that waits, then, in ${repository}:
  git merge guardian/fix-default-1
and ${url}/deployments deploys what main is at.`);

function deploy(...more: string[]): Promise<void> {
  const child = spawn(process.execPath, [command, 'deploy', ...more, '--yes', ...config, '--url', url], {
    stdio: 'inherit',
    env: { ...environment, GUARDIAN_KEY: key },
  });
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** People who write, until Guardian ends. */
async function talk(): Promise<void> {
  for (let sent = 0; !isOver; sent++) {
    await fetch(`http://127.0.0.1:${port}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': sent % 3 === 0 ? 'ana@example.org' : 'ben@example.org' },
      body: JSON.stringify({ text: `message ${sent}`, replyTo: answers[sent % answers.length] }),
    }).catch(() => {});
    await pause(20);
  }
}
