import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { PageSettings } from './browser-shop.ts';

const ENTRY = fileURLToPath(new URL('./browser-shop.ts', import.meta.url));
export const BUNDLE_PATH = '/assets/shop.js';

export interface ShopSite {
  /** `http://127.0.0.1:PORT`: an origin of its own. */
  origin: string;
  /** The script as the browser gets it. */
  bundle: string;
  /** Path of a page with these settings. `policy` is sent as its content security policy. */
  addPage(settings: PageSettings, policy?: string): string;
  close(): Promise<void>;
}

/** A web server with the shop's page, its script bundled as a site's own build does it. */
export async function openShopSite(): Promise<ShopSite> {
  const bundle = await bundleShop();
  const pages = new Map<string, { html: string; policy: string | undefined }>();
  const server = createServer(({ url = '' }, response) => {
    const page = pages.get(url.split('?')[0]!);
    if (url === BUNDLE_PATH) response.writeHead(200, { 'content-type': 'text/javascript' }).end(bundle);
    else if (page) {
      const policy: Record<string, string> = page.policy ? { 'content-security-policy': page.policy } : {};
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...policy }).end(page.html);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bundle,
    addPage: (settings, policy) => {
      const path = `/shop/${pages.size + 1}`;
      pages.set(path, { html: pageOf(settings), policy });
      return path;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function pageOf(settings: PageSettings): string {
  return `<!doctype html>
<title>Shop</title>
<script>settings = ${JSON.stringify(settings)}</script>
<script src="${BUNDLE_PATH}"></script>
<button>Add</button>
<button onclick="shop.pay()">Pay</button>
`;
}

/** Names are kept, so that the stack can be told from the source. */
async function bundleShop(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-site-'));
  try {
    await build({
      configFile: false,
      root: folder,
      logLevel: 'error',
      build: {
        outDir: join(folder, 'dist'),
        minify: false,
        lib: { entry: ENTRY, formats: ['iife'], name: 'site', fileName: () => 'shop.js' },
      },
    });
    return readFileSync(join(folder, 'dist', 'shop.js'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
