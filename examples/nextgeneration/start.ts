import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { showMails } from '../show-mails.ts';

/** Guardian with the configuration beside and a store of its own, a mail server that shows what it gets, and the agents, on this machine. */
const data = mkdtempSync(join(tmpdir(), 'nextgeneration-'));
const wrappingKey = process.env.NEXTGENERATION_WRAPPING_KEY ?? randomBytes(32).toString('hex');
const indexKey = process.env.NEXTGENERATION_INDEX_KEY ?? randomBytes(32).toString('hex');
const mailbox = await showMails();

const environment = {
  ...process.env,
  GUARDIAN_DATA: join(data, 'guardian'),
  NEXTGENERATION_MAIL_PORT: String(mailbox.port),
  EMAIL_OPERATOR: 'operator@workshop.example',
};
const config = join(import.meta.dirname, 'guardian.config.ts');
const guardian = spawn(
  process.execPath,
  [
    join(import.meta.dirname, '../../bin/guardian.js'),
    'start',
    '--config',
    config,
    '--port',
    process.env.GUARDIAN_PORT ?? '4400',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'], env: environment },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => guardian.kill(signal));
guardian.on('exit', (code) => {
  mailbox.close();
  process.exitCode ??= code ?? 1;
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
const agents = spawn(process.execPath, [join(import.meta.dirname, 'program.ts'), '2', '100'], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {
    ...environment,
    GUARDIAN_URL: url,
    GUARDIAN_KEY: key,
    NEXTGENERATION_WRAPPING_KEY: wrappingKey,
    NEXTGENERATION_INDEX_KEY: indexKey,
    NEXTGENERATION_SPOOL: join(data, 'spool'),
  },
});
agents.on('exit', () => {
  console.log(`\nThe agents are done: ${url}/events. What they sealed is opened with the number of an event:`);
  console.log(
    `GUARDIAN_DATA=${environment.GUARDIAN_DATA} GUARDIAN_SEALING_KEY=${wrappingKey} npx guardian decrypt EVENT --who YOU --why REASON`,
  );
});
