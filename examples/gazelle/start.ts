import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { showMails } from '../show-mails.ts';
import { makeData, startUpstream } from './upstream.ts';

/** The workshop on one machine: the service to copy from, a stand-in for Slack that prints what it gets, and Guardian with the configuration beside. */
const upstream = await startUpstream(makeData(Date.now()));
const slack = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    console.log(`Slack ${request.url}: ${(JSON.parse(body) as { text: string }).text}`);
    response.end('ok');
  });
});
await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
const mailbox = await showMails();
const mailPort = mailbox.port;
const hook = `http://127.0.0.1:${(slack.address() as AddressInfo).port}`;
const data = mkdtempSync(join(tmpdir(), 'gazelle-'));
const port = process.env.GUARDIAN_PORT ?? '4400';

const guardian = spawn(
  process.execPath,
  [
    join(import.meta.dirname, '../../bin/guardian.js'),
    'start',
    '--config',
    join(import.meta.dirname, 'guardian.config.ts'),
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      GUARDIAN_DATA: join(data, 'guardian'),
      GUARDIAN_PORT: port,
      GAZELLE_FOLDER: join(data, 'copy'),
      GAZELLE_UPSTREAM: upstream.url,
      GAZELLE_GUARDIAN: `http://127.0.0.1:${port}`,
      SLACK_WEBHOOK_ADMIN_1: `${hook}/admin`,
      SLACK_WEBHOOK_NICOLAS: `${hook}/nicolas`,
      SLACK_WEBHOOK_ALLAN: `${hook}/allan`,
      EMAIL_NICOLAS: 'nicolas@workshop.example',
      EMAIL_LOUISE: 'louise@workshop.example',
      GAZELLE_MAIL_PORT: String(mailPort),
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => guardian.kill(signal));
guardian.on('exit', async (code) => {
  slack.close();
  mailbox.close();
  await upstream.stop();
  process.exit(code ?? 1);
});
