/** A mail as a person's program sends it. */
export function mailOf({
  from = 'Ana <ana@example.com>',
  to = 'guardian@example.com',
  subject = 'Re: Hand-off',
  text = 'MERGED\r\n',
  headers = {},
}: {
  from?: string;
  to?: string;
  subject?: string;
  text?: string;
  headers?: Record<string, string>;
} = {}): string {
  const lines = Object.entries({
    From: from,
    To: to,
    Subject: subject,
    Date: 'Sat, 31 Jan 2026 08:15:30 +0000',
    'Message-ID': '<1@mail.example.com>',
    'Content-Type': 'text/plain; charset=utf-8',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}
