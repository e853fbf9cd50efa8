import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GuardianApi, guardianApi } from '../fixtures/guardian-api.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { type Answer, type Outgoing, send } from './send.ts';

const MIB = 1024 * 1024;
/** MB that the server may hold at most, whatever comes: its threads, the caches of the store, and a few bodies at their bounds. */
const MOST_MB = 900;

export interface Hostile {
  server: RunningServer;
  api: GuardianApi;
  /** To the server, its answer checked to be the protocol's own and no failure of the server. */
  send(outgoing: Outgoing): Promise<Answer>;
  /** Items left out by reason, of all projects. */
  dropped(): Promise<Record<string, number>>;
  /** Resolves once so many more items than before were counted for that reason. */
  expectCounted(before: Record<string, number>, reason: string, quantity?: number): Promise<void>;
  /** How many stored events have the text in their body. */
  stored(text: string): Promise<number>;
}

export interface HostileProtocol {
  name: string;
  /** As `GET /api/sources` calls what it brings. */
  kind: string;
  /** One event whose text has the marker. */
  good(address: { key: string; project: number }, marker: string): Outgoing & { body: string };
  /** Throws when a client of the protocol would not understand the answer. */
  expectOwn(answer: Answer): void;
  /** Status of what cannot be read at all; of what is too large; of what packs too large. */
  broken: number;
  tooLarge: { sent: number; inflated: number };
  /** Reason under which a broken body is counted. */
  brokenReason: string;
  unknownEncoding: number;
  /** Status for a key that nobody knows, and for one of another project (null: the key alone tells the project). */
  denied: { unknown: number; other: number | null };
  /** Bytes of a body as sent, and after inflating. */
  bounds: { sent: number; inflated: number };
  /** Bodies that cost more than they look like, by name; inflated, below the bound. */
  costly: Record<string, () => Uint8Array>;
  /** What only this protocol has. */
  more?(hostile: () => Hostile): void;
}

const PACKERS: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  gzip: (bytes) => gzipSync(bytes, { level: 1 }),
  deflate: (bytes) => deflateSync(bytes, { level: 1 }),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  zstd: (bytes) => zstdCompressSync(bytes),
};
const pack = (encoding: string, bytes: string | Uint8Array) => PACKERS[encoding]!(Buffer.from(bytes));

let markers = 0;
/** Words that nothing else has. */
const newMarker = (word: string) => `hostile-${word}-${++markers}-marker`;

/** The bad days of one wire format, against a server of its own. After each, a good event still gets in, and memory is bounded. */
export function hostileSuite(protocol: HostileProtocol): void {
  describe(`hostile bodies: ${protocol.name}`, () => {
    let hostile: Hostile;
    beforeAll(async () => {
      hostile = await openHostile(protocol);
    });
    afterAll(async () => {
      expect(await hostile.server.stop()).toBe(0);
    });
    const good = (marker: string) => protocol.good(hostile.server, marker);

    async function expectHealthy(): Promise<void> {
      const marker = newMarker('after');
      const { status } = await hostile.send(good(marker));
      expect([200, 204]).toContain(status);
      await vi.waitFor(async () => expect(await hostile.stored(marker)).toBe(1), { timeout: 30_000, interval: 50 });
      expect(hostile.server.memory().residentMb).toBeLessThan(MOST_MB);
      expect((await fetch(`${hostile.server.url}/api/ready`)).status).toBe(200);
      expect(hostile.server.errors()).not.toMatch(/fatal|"level":60/i);
    }

    it('refuses what is malformed, and counts it', async () => {
      const before = await hostile.dropped();
      const bodies = [
        '{',
        '[',
        '"',
        'null garbage',
        '{"a":',
        '\u0000\u0001\u0002',
        '<xml/>',
        '{"a":1}}',
        '\xff\xfe\n\xff',
      ];
      for (const body of bodies) {
        const { status } = await hostile.send({ ...good('x'), body: Buffer.from(body, 'latin1') });
        expect([200, protocol.broken]).toContain(status);
      }
      await hostile.expectCounted(before, protocol.brokenReason);
      await expectHealthy();
    });

    it('answers a body cut at any byte, and takes the whole one once afterwards', async () => {
      const marker = newMarker('cut');
      const whole = good(marker);
      const bytes = Buffer.from(whole.body);
      for (let length = 0; length < bytes.length; length++) {
        const { status } = await hostile.send({ ...whole, body: bytes.subarray(0, length) });
        expect([200, 204, 400]).toContain(status);
      }
      await hostile.send(whole);
      await hostile.send(whole);
      await expectHealthy();
      expect(await hostile.stored(marker)).toBeLessThanOrEqual(2);
    });

    it('answers a packed body cut at any byte', async () => {
      for (const encoding of Object.keys(PACKERS)) {
        const whole = good('cut-packed');
        const bytes = pack(encoding, whole.body);
        const headers = { ...whole.headers, 'content-encoding': encoding };
        for (let length = 1; length < bytes.length; length += 3) {
          const { status } = await hostile.send({ ...whole, headers, body: bytes.subarray(0, length) });
          expect([protocol.broken, 200]).toContain(status);
        }
      }
      await expectHealthy();
    });

    it('survives bytes changed at random', async () => {
      const whole = Buffer.from(good('changed').body);
      for (let round = 0; round < 300; round++) {
        const bytes = Buffer.from(whole);
        // A fixed walk through places and values: the same bytes each time.
        for (let change = 0; change <= round % 4; change++)
          bytes[(round * 7919 + change * 104_729) % bytes.length] = (round * 31 + change * 131) % 256;
        const { status } = await hostile.send({ ...good('changed'), body: bytes });
        expect([200, 204, 400]).toContain(status);
      }
      await expectHealthy();
    });

    it('refuses a body that says it is too large before it comes', async () => {
      const before = await hostile.dropped();
      const { path, headers } = good('declared');
      const { status } = await declare(hostile.server, path, headers ?? {}, protocol.bounds.sent + 1);
      expect(status).toBe(protocol.tooLarge.sent);
      await hostile.expectCounted(before, 'too-large');
      await expectHealthy();
    });

    it('stops reading a body that does not say how large it is', async () => {
      const before = await hostile.dropped();
      const piece = Buffer.alloc(MIB, 32);
      const pieces = function* () {
        for (let sent = 0; sent <= protocol.bounds.sent + 2 * MIB; sent += piece.length) yield piece;
      };
      const answer = await hostile.send({ ...good('chunked'), body: pieces() }).catch((thrown: Error) => thrown);
      // Whoever still writes when the other side has hung up may miss the answer.
      if (answer instanceof Error) expect(answer.message).toMatch(/EPIPE|ECONNRESET|socket hang up/);
      else expect(answer.status).toBe(protocol.tooLarge.sent);
      await hostile.expectCounted(before, 'too-large');
      await expectHealthy();
    });

    it.each(Object.keys(PACKERS))('stops inflating a bomb: %s', async (encoding) => {
      const before = await hostile.dropped();
      const bomb = pack(encoding, Buffer.alloc(2 * protocol.bounds.inflated, 32));
      const headers = { ...good('bomb').headers, 'content-encoding': encoding };
      const { status } = await hostile.send({ ...good('bomb'), headers, body: bomb });
      expect(status).toBe(protocol.tooLarge.inflated);
      await hostile.expectCounted(before, 'too-large');
      await expectHealthy();
    });

    it('stops inflating a bomb in a bomb, and refuses longer chains', async () => {
      const inner = pack('gzip', Buffer.alloc(2 * protocol.bounds.inflated, 32));
      const chains: [string, Uint8Array][] = [
        ['gzip, gzip', pack('gzip', inner)],
        ['gzip, br', pack('br', inner)],
        ['gzip, zstd, deflate', pack('deflate', pack('zstd', inner))],
      ];
      for (const [encoding, body] of chains) {
        const headers = { ...good('nested').headers, 'content-encoding': encoding };
        const { status } = await hostile.send({ ...good('nested'), headers, body });
        expect(status).toBe(protocol.tooLarge.inflated);
      }
      const endless = { ...good('nested').headers, 'content-encoding': 'gzip, gzip, gzip, gzip, gzip' };
      const { status } = await hostile.send({ ...good('nested'), headers: endless, body: inner });
      expect(status).toBe(protocol.unknownEncoding);
      await expectHealthy();
    });

    it('refuses what is not packed as it says', async () => {
      const before = await hostile.dropped();
      const { body, headers } = good('packed');
      const wrong: [string, Uint8Array][] = [
        ['gzip', Buffer.from(body)],
        ['br', pack('gzip', body)],
        ['zstd', pack('deflate', body)],
        ['deflate', Buffer.from([0x78, 0x9c, 1, 2, 3])],
        ['gzip', pack('zstd', body)],
      ];
      for (const [encoding, bytes] of wrong) {
        const answer = await hostile.send({
          ...good('packed'),
          headers: { ...headers, 'content-encoding': encoding },
          body: bytes,
        });
        expect(answer.status).toBe(protocol.broken);
      }
      await hostile.expectCounted(before, protocol.brokenReason, wrong.length);
      const unknown = { ...headers, 'content-encoding': 'rot13' };
      expect((await hostile.send({ ...good('packed'), headers: unknown })).status).toBe(protocol.unknownEncoding);
      await expectHealthy();
    });

    it('takes every encoding that it knows, raw deflate too', async () => {
      const whole = good('raw');
      const packers = { ...PACKERS, 'x-gzip': PACKERS.gzip!, raw: (bytes: Uint8Array) => deflateRawSync(bytes) };
      for (const [name, packer] of Object.entries(packers)) {
        const marker = newMarker(name);
        const headers = { ...whole.headers, 'content-encoding': name === 'raw' ? 'deflate' : name };
        const body = packer(Buffer.from(good(marker).body));
        const { status } = await hostile.send({ ...good(marker), headers, body });
        expect([200, 204]).toContain(status);
        await vi.waitFor(async () => expect(await hostile.stored(marker)).toBe(1), { timeout: 30_000, interval: 50 });
      }
    });

    it('answers UTF-16, broken UTF-8, and takes a byte order mark for what it is', async () => {
      const { body } = good('encoded');
      const marker = newMarker('bytes');
      const [before, after] = good(`${marker} \u0001`).body.split(/\\u0001|\u0001/);
      const broken = Buffer.concat([
        Buffer.from(before!),
        Buffer.from([0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80]),
        Buffer.from(after ?? ''),
      ]);
      for (const bytes of [
        Buffer.from(`\ufeff${body}`, 'utf16le'),
        Buffer.from(body, 'utf16le'),
        Buffer.from(body, 'utf16le').swap16(),
      ]) {
        const { status } = await hostile.send({ ...good('encoded'), body: bytes });
        expect([200, protocol.broken]).toContain(status);
      }
      const marked = newMarker('marked');
      expect((await hostile.send({ ...good(marked), body: `\ufeff${good(marked).body}` })).status).toBeLessThan(500);
      expect((await hostile.send({ ...good(marker), body: broken })).status).toBeLessThan(500);
      await expectHealthy();
    });

    it('stores what is sent again once, alone and at the same time', async () => {
      const marker = newMarker('again');
      const whole = good(marker);
      await hostile.send(whole);
      await Promise.all(Array.from({ length: 20 }, () => hostile.send(whole)));
      await hostile.send(whole);
      await expectHealthy();
      expect(await hostile.stored(marker)).toBe(1);
    });

    it('turns a wrong, a revoked and a missing key away, and counts them', async () => {
      const { server, api } = hostile;
      const marker = newMarker('denied');
      let before = await hostile.dropped();
      const stranger = protocol.good({ key: 'f'.repeat(32), project: server.project }, marker);
      expect((await hostile.send(stranger)).status).toBe(protocol.denied.unknown);
      await hostile.expectCounted(before, 'unknown-key');

      const { key } = await api.addKey(server.project, { label: 'to be revoked' });
      const revoked = protocol.good({ key, project: server.project }, newMarker('before-revoked'));
      expect([200, 204]).toContain((await hostile.send(revoked)).status);
      const removal = await fetch(`${server.url}/api/projects/${server.project}/keys/${key}`, {
        method: 'DELETE',
        headers: { origin: server.url },
      });
      expect(removal.ok).toBe(true);
      before = await hostile.dropped();
      const again = protocol.good({ key, project: server.project }, marker);
      expect((await hostile.send(again)).status).toBe(protocol.denied.unknown);
      await hostile.expectCounted(before, 'unknown-key');

      before = await hostile.dropped();
      const { path, headers = {}, ...rest } = good(marker);
      const { authorization: _none, ...bare } = headers;
      const keyless = path.replace(/([?&])(?:sentry_)?key=[^&]*/, '$1');
      expect((await hostile.send({ ...rest, path: keyless, headers: bare })).status).toBe(protocol.denied.unknown);
      await hostile.expectCounted(before, 'no-key');
      await expectHealthy();
      expect(await hostile.stored(marker)).toBe(0);
    });

    const { other: otherStatus } = protocol.denied;
    if (otherStatus !== null) it('turns away a key of another project', () => refusesOther(otherStatus));
    async function refusesOther(status: number): Promise<void> {
      const { server } = hostile;
      const other = await makeProject(server.url, `other-${protocol.kind}`);
      const before = await hostile.dropped();
      const marker = newMarker('other');
      for (const address of [
        { key: other.key, project: server.project },
        { key: server.key, project: other.id },
        { key: server.key, project: 999_999 },
      ])
        expect((await hostile.send(protocol.good(address, marker))).status).toBe(status);
      await hostile.expectCounted(before, 'other-project', 3);
      await expectHealthy();
      expect(await hostile.stored(marker)).toBe(0);
    }

    it.each(Object.keys(protocol.costly))(
      'is not worn out by %s',
      async (name) => {
        const body = pack('gzip', protocol.costly[name]!());
        const headers = { ...good('costly').headers, 'content-encoding': 'gzip' };
        const { status } = await hostile.send({ ...good('costly'), headers, body });
        expect([200, 204, 400, 413]).toContain(status);
        await expectHealthy();
      },
      60_000,
    );

    protocol.more?.(() => hostile);
  });
}

async function openHostile(protocol: HostileProtocol): Promise<Hostile> {
  const server = await startGuardian();
  const api = guardianApi(server.url);
  const dropped = async () => {
    const counts: Record<string, number> = {};
    for (const source of await api.sources())
      if (source.kind === protocol.kind)
        for (const { reason, quantity } of source.dropped) counts[reason] = (counts[reason] ?? 0) + quantity;
    return counts;
  };
  return {
    server,
    api,
    async send(outgoing) {
      const answer = await send(server, outgoing);
      expect(answer.status).not.toBe(500);
      protocol.expectOwn(answer);
      return answer;
    },
    dropped,
    async expectCounted(before, reason, quantity = 1) {
      const atLeast = (before[reason] ?? 0) + quantity;
      await vi.waitFor(
        async () => {
          const counts = await dropped();
          expect(counts[reason] ?? 0, `${reason} in ${JSON.stringify(counts)}`).toBeGreaterThanOrEqual(atLeast);
        },
        { timeout: 30_000, interval: 100 },
      );
    },
    async stored(text) {
      return (await api.events(`"${text}"`)).filter(({ body }) => body.includes(text)).length;
    },
  };
}

async function makeProject(url: string, slug: string): Promise<{ id: number; key: string }> {
  const made = await fetch(`${url}/api/projects`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ slug, name: slug }),
  });
  const { id } = (await made.json()) as { id: number };
  const { items } = (await (await fetch(`${url}/api/projects/${id}/keys`)).json()) as { items: { key: string }[] };
  return { id, key: items[0]!.key };
}

/** Only the head of a request, whose length promises more than may come. */
function declare(
  { url }: Pick<RunningServer, 'url'>,
  path: string,
  headers: Record<string, string>,
  length: number,
): Promise<{ status: number }> {
  const { hostname, port } = new URL(url);
  const lines = Object.entries({ ...headers, host: `${hostname}:${port}`, 'content-length': String(length) });
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece;
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      if (status === undefined) return;
      socket.destroy();
      resolve({ status: Number(status) });
    });
    socket.on('error', reject).on('end', () => reject(new Error(`hung up after "${text}"`)));
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  });
}
