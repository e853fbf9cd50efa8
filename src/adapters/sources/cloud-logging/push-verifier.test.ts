import { createSign, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPushVerifier } from './push-verifier.ts';

const AUDIENCE = 'https://guardian.example/push';
const ACCOUNT = 'pusher@p1.iam.gserviceaccount.com';

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}
const google = keyPair();
const stranger = keyPair();

const NOW = Math.floor(Date.now() / 1_000);
const CLAIMS = {
  iss: 'https://accounts.google.com',
  aud: AUDIENCE,
  email: ACCOUNT,
  email_verified: true,
  sub: '113774264463038321964',
  iat: NOW - 60,
  exp: NOW + 3_540,
};

interface Signing {
  claims?: object;
  header?: object;
  key?: ReturnType<typeof keyPair>;
}

function tokenOf({ claims = {}, header = {}, key = google }: Signing = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', kid: 'k1', typ: 'JWT', ...header })}.${part({ ...CLAIMS, ...claims })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key.privateKey, 'base64url')}`;
}

const verify = createPushVerifier({
  audience: AUDIENCE,
  serviceAccount: ACCOUNT,
  certificates: async () => ({ k1: google.publicPem }),
});

describe('the token of a push subscription', () => {
  it('is accepted when Google signed it for this endpoint and this account', async () => {
    expect(await verify(`Bearer ${tokenOf()}`)).toEqual({ verdict: 'accepted' });
    expect(await verify(`bearer ${tokenOf({ claims: { iss: 'accounts.google.com' } })}`)).toEqual({
      verdict: 'accepted',
    });
  });

  it.each<[string, Signing, string]>([
    ['another audience', { claims: { aud: 'https://other.example/' } }, 'Wrong recipient'],
    ['another account', { claims: { email: 'pusher@evil.iam.gserviceaccount.com' } }, 'another service account'],
    ['no account', { claims: { email: undefined } }, 'another service account'],
    ['an address that is not verified', { claims: { email_verified: false } }, 'not verified'],
    ['another issuer', { claims: { iss: 'https://evil.example' } }, 'Invalid issuer'],
    ['a time that is over', { claims: { iat: NOW - 9_000, exp: NOW - 5_400 } }, 'too late'],
    ['a time to come', { claims: { iat: NOW + 3_000, exp: NOW + 6_000 } }, 'too early'],
    ['no end', { claims: { exp: undefined } }, 'No expiration'],
    ['a signature of somebody else', { key: stranger }, 'Invalid token signature'],
    ['a key that Google does not have', { header: { kid: 'k2' } }, 'No pem found'],
    ['a key named after what objects have', { header: { kid: '__proto__' } }, 'No pem found'],
    ['no algorithm', { header: { alg: 'none' }, key: stranger }, 'Invalid token signature'],
  ])('is refused with %s', async (_, signing, reason) => {
    const token = tokenOf(signing);
    const verdict = await verify(`Bearer ${token}`);
    expect(verdict).toEqual({ verdict: 'refused', reason: expect.stringContaining(reason) });
    expect(JSON.stringify(verdict)).not.toContain(token.slice(0, 40));
  });

  it('is refused when a letter of it is another', async () => {
    const [header, , signature] = tokenOf().split('.');
    const claims = Buffer.from(JSON.stringify({ ...CLAIMS, email: 'x' })).toString('base64url');
    expect((await verify(`Bearer ${header}.${claims}.${signature}`)).verdict).toBe('refused');
  });

  it('is refused when it is none', async () => {
    const none = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Bearer a.b',
      'Bearer a.b.c',
      `Basic ${tokenOf()}`,
      `Bearer ${'a'.repeat(9_000)}`,
    ];
    for (const authorization of none) expect((await verify(authorization)).verdict).toBe('refused');
  });

  it('cannot be judged while the keys cannot be had', async () => {
    const blind = createPushVerifier({
      audience: AUDIENCE,
      serviceAccount: ACCOUNT,
      certificates: async () => {
        throw new Error('Failed to retrieve verification certificates: connection refused');
      },
    });
    expect(await blind(`Bearer ${tokenOf()}`)).toEqual({
      verdict: 'unavailable',
      reason: 'Failed to retrieve verification certificates',
    });
  });

  it('cannot be judged without an audience or an account', () => {
    expect(() => createPushVerifier({ audience: ' ', serviceAccount: ACCOUNT })).toThrow('audience is empty');
    expect(() => createPushVerifier({ audience: AUDIENCE, serviceAccount: '' })).toThrow('serviceAccount is empty');
  });
});
