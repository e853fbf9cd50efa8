import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ShownMails {
  port: number;
  close(): void;
}

/** A mail server on this machine that says of each message to whom it goes and what it is about. */
export async function showMails(): Promise<ShownMails> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (part: Buffer) => {
        text += part.toString('latin1');
      });
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
        console.log(`Mail to ${to}: ${/^Subject: (.*)$/m.exec(text)?.[1] ?? ''}`);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}
