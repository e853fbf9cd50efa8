import { createHmac, timingSafeEqual } from 'node:crypto';
import { type ArrivedMail, readMail } from '../arrived-mail.ts';

/** A mail that a provider posts. */
export interface PostedMail {
  /** In lower case. */
  headers: ReadonlyMap<string, string>;
  body: Uint8Array;
}

/** Seconds by which the clocks of both sides may differ. */
const TOLERANCE_S = 300;
const FIELDS = 40;

/**
 * Whether it comes from who knows the secret: signed as Standard Webhooks says (https://www.standardwebhooks.com), within five minutes; or, for providers that
 * cannot sign, with the secret as the password of the address they post to (`https://any:SECRET@host/…`), or as a bearer token.
 */
export function isPostGenuine({ headers, body }: PostedMail, secret: string, now: number): boolean {
  const signatures = headers.get('webhook-signature');
  if (signatures !== undefined) {
    const id = headers.get('webhook-id') ?? '';
    const timestamp = headers.get('webhook-timestamp') ?? '';
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_S) return false;
    const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
    const right = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    return signatures
      .slice(0, 2_000)
      .split(' ')
      .some((one) => isSame(one.replace(/^v1,/, ''), right));
  }
  const [scheme = '', given = ''] = (headers.get('authorization') ?? '').split(/ +/, 2);
  if (scheme.toLowerCase() === 'bearer') return isSame(given, secret);
  if (scheme.toLowerCase() !== 'basic') return false;
  const [, ...password] = Buffer.from(given, 'base64').toString('utf8').split(':');
  return isSame(password.join(':'), secret);
}

function isSame(given: string, right: string): boolean {
  const of = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(of(given), of(right));
}

/**
 * The mail of a post: whole (`message/rfc822`, or the field `email` of a form), or as SendGrid's inbound parse takes it apart
 * (https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook). Null: it is neither.
 */
export async function readPostedMail({ headers, body }: PostedMail): Promise<ArrivedMail | null> {
  const type = headers.get('content-type') ?? '';
  if (/^message\/rfc822\b/i.test(type)) return readMail(body);
  if (!/^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)) return null;
  const bytes = new Uint8Array(body);
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch(() => null);
  if (form === null || [...form.keys()].length > FIELDS) return null;
  const raw = form.get('email');
  const whole = raw instanceof File ? await raw.bytes() : raw === null ? null : Buffer.from(raw);
  return whole === null ? takenApart(form) : withEnvelope(await readMail(whole), form);
}

/** Headers as they came, the text apart. */
async function takenApart(form: FormData): Promise<ArrivedMail | null> {
  const field = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  if (field('headers') === '') return null;
  // Its own type says how a body is put together that is not there.
  const head = field('headers').replace(/^content-(?:type|transfer-encoding):.*(?:\r?\n[ \t].*)*(?:\r?\n|$)/gim, '');
  const html = field('text') === '' && field('html') !== '';
  const body = html ? field('html') : field('text');
  const kind = `Content-Type: text/${html ? 'html' : 'plain'}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit`;
  const mail = await readMail(Buffer.from(`${head.trimEnd()}\r\n${kind}\r\n\r\n${body}`));
  const type = /^content-type:\s*([^\r\n;]{1,200})/im.exec(field('headers'))?.[1];
  if (mail !== null && type !== undefined) mail.headers.set('content-type', type);
  return withEnvelope(mail, form);
}

function withEnvelope(mail: ArrivedMail | null, form: FormData): ArrivedMail | null {
  const envelope = form.get('envelope');
  if (mail === null || typeof envelope !== 'string') return mail;
  try {
    const { to } = JSON.parse(envelope) as { to?: unknown };
    const more = Array.isArray(to) ? to.filter((one) => typeof one === 'string').slice(0, 100) : [];
    return { ...mail, to: [...more, ...mail.to] };
  } catch {
    return mail;
  }
}
