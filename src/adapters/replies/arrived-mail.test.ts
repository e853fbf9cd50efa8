import { describe, expect, it } from 'vitest';
import { hostileTexts, htmlInjections } from '../../../test/fixtures/instructions.ts';
import { readMail } from './arrived-mail.ts';
import { mailOf } from './replies-fixtures.ts';

const read = (raw: string) => readMail(Buffer.from(raw));

describe('a mail that came', () => {
  it('is read: who wrote, to whom, what it answers, and what it says', async () => {
    const mail = await read(
      mailOf({
        to: 'Guardian <guardian+x@example.com>, team@example.com',
        headers: {
          Cc: 'bob@example.com',
          'In-Reply-To': '<a@guardian>',
          References: '<b@guardian> <c@guardian>',
          'Delivered-To': 'guardian+y@example.com',
          Received: 'by mx.example.com',
        },
        text: 'FUSIONNÉ\r\n\r\nMerci\r\n',
      }),
    );
    expect(mail).toMatchObject({
      from: ['ana@example.com'],
      to: ['guardian+x@example.com', 'team@example.com', 'bob@example.com', 'guardian+y@example.com'],
      messageId: '<1@mail.example.com>',
      references: ['<a@guardian>', '<b@guardian>', '<c@guardian>'],
      text: 'FUSIONNÉ\n\nMerci\n',
    });
    expect(mail?.headers.get('received')).toBe('by mx.example.com');
  });

  it('is read where it is quoted-printable, in parts, or HTML alone', async () => {
    const parts = [
      '--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nD=E9ploy=E9 r-2\r\n',
      '--b\r\nContent-Type: text/html\r\n\r\n<p>D&eacute;ploy&eacute; r-2</p>\r\n',
      '--b--\r\n',
    ];
    const type = { 'Content-Type': 'multipart/alternative; boundary=b' };
    expect((await read(mailOf({ headers: type, text: parts.join('') })))?.text.trim()).toBe('Déployé r-2');
    const html = { 'Content-Type': 'text/html; charset=utf-8' };
    const text =
      '<html><head><style>p{}</style></head><body><p>MERGED</p><div>thanks &amp; bye</div><blockquote>DECLINED</blockquote>';
    expect((await read(mailOf({ headers: html, text })))?.text.trim()).toBe('MERGED\nthanks & bye');
  });

  it('is refused or read, never thrown, whatever is in it', async () => {
    const nested = Array.from(
      { length: 100 },
      (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\r\n\r\n--b${index}\r\n`,
    );
    const hostile = [
      nested.join(''),
      `X: ${'y'.repeat(100_000)}\r\n\r\nMERGED`,
      '',
      '\r\n\r\n',
      `From: ${'a@b.c,'.repeat(5_000)}\r\n\r\nx`,
      ...[...hostileTexts, ...htmlInjections].flatMap(({ text }) => [
        mailOf({ from: text, to: text, subject: text, text, headers: { References: text, 'In-Reply-To': text } }),
        mailOf({ text, headers: { 'Content-Type': text } }),
      ]),
    ];
    const mails = await Promise.all(hostile.map(read));
    expect(mails.slice(0, 2)).toEqual([null, null]);
    for (const mail of mails) expect(mail?.from.length ?? 0).toBeLessThanOrEqual(100);
  });
});
