import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, openTestServer, type TestServer } from './server-fixtures.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const PAGE = '<!doctype html><script>document.documentElement.dataset.theme = "dark"</script><div id="root"></div>';

describe('the screens', () => {
  it('say how they are built while they are missing', async () => {
    const response = await ask(server, '/issues', { headers: { 'accept-language': 'fr' } });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });

  it('are served once they are built', async () => {
    const folder = server.options.dashboardFolder;
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), PAGE);
    writeFileSync(join(folder, '..', 'secret.json'), '{"secret":true}');
    writeFileSync(join(folder, 'assets', 'index-4f2a.js'), 'export {};');
    writeFileSync(join(folder, 'assets', 'index-4f2a.js.br'), brotliCompressSync('export {};'));
    const page = await ask(server, '/');
    expect([page.status, await page.text()]).toEqual([200, PAGE]);
  });

  it('show the application for every path that is a screen', async () => {
    const response = await ask(server, '/issues/SHOP-12?tab=events');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it('let no script run but our files and those whose hash is known', async () => {
    const policy = (await ask(server, '/')).headers.get('content-security-policy')!;
    expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/]{43}='(?:;|$)/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('send files with a hash in their names packed, to be kept for ever', async () => {
    const plain = await ask(server, '/assets/index-4f2a.js');
    expect([plain.status, await plain.text()]).toEqual([200, 'export {};']);
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const packed = await ask(server, '/assets/index-4f2a.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers.get('content-encoding')).toBe('br');
    const etag = packed.headers.get('etag')!;
    const again = await ask(server, '/assets/index-4f2a.js', {
      headers: { 'accept-encoding': 'br', 'if-none-match': etag },
    });
    expect(again.status).toBe(304);
  });

  it.each(['/assets/gone-1.js', '/..%2fsecret.json', '/assets/..%2f..%2fsecret.json'])(
    'give nothing for %s',
    async (path) => {
      const text = await (await ask(server, path)).text();
      expect(text).not.toContain('"secret"');
    },
  );

  it('leave unknown paths of the API and other methods to problems', async () => {
    expect((await ask(server, '/api/unknown')).status).toBe(404);
    expect((await ask(server, '/assets/gone-1.js')).status).toBe(404);
    expect((await ask(server, '/issues', { method: 'POST', json: {} })).status).toBe(404);
  });
});
