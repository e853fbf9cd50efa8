import { hash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { html } from 'hono/html';
import type { AppContext } from './app-env.ts';
import { PAGE_POLICY } from './middleware/security-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const PACKED = [
  { encoding: 'br', suffix: '.br' },
  { encoding: 'gzip', suffix: '.gz' },
];

/**
 * The built screens. Files with a hash in their names never change; every path that is no file is a screen, which the application
 * finds by itself. Null: nothing of the dashboard is at this path.
 */
export async function serveDashboard(context: AppContext, folder: string): Promise<Response | null> {
  const path = safePath(context.req.path);
  if (path === null) return null;
  const isAsset = path.startsWith(`${sep}assets${sep}`);
  const type = TYPES[extname(path)];
  if (type && extname(path) !== '.html') {
    const file = await serveFile(context, join(folder, path), { type, isImmutable: isAsset });
    if (file || isAsset) return file;
  }
  return (await servePage(context, join(folder, 'index.html'))) ?? noBuildPage(context);
}

/** Null for what would leave the folder, or is no path. */
function safePath(path: string): string | null {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') ? null : normalize(join(sep, decoded));
  } catch {
    return null;
  }
}

async function serveFile(
  context: AppContext,
  path: string,
  { type, isImmutable }: { type: string; isImmutable: boolean },
) {
  const accepted = context.req.header('accept-encoding') ?? '';
  const headers: Record<string, string> = {
    'content-type': type,
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'Accept-Encoding',
  };
  for (const { encoding, suffix } of PACKED) {
    const packed = accepted.includes(encoding) ? await readIfThere(path + suffix) : null;
    if (packed) return respond(context, packed, { ...headers, 'content-encoding': encoding });
  }
  const plain = await readIfThere(path);
  return plain ? respond(context, plain, headers) : null;
}

async function servePage(context: AppContext, path: string): Promise<Response | null> {
  const page = await readIfThere(path);
  if (!page) return null;
  return respond(context, page, {
    'content-type': TYPES['.html']!,
    'cache-control': 'no-cache',
    'content-security-policy': policyOf(page.toString('utf8')),
  });
}

/** Scripts that stand in our own page are named by their hashes: no other one runs. */
function policyOf(page: string): string {
  const scripts = [...page.matchAll(/<script>([^<]*)<\/script>/g)].map(([, text]) => hash('sha256', text!, 'base64'));
  return PAGE_POLICY.replace(
    "script-src 'self'",
    ["script-src 'self'", ...scripts.map((one) => `'sha256-${one}'`)].join(' '),
  );
}

function respond(context: AppContext, body: Buffer, headers: Record<string, string>): Response {
  const tag = `"${hash('sha256', body).slice(0, 20)}"`;
  if (context.req.header('if-none-match') === tag)
    return new Response(null, { status: 304, headers: { ...headers, etag: tag } });
  const shown = context.req.method === 'HEAD' ? null : new Uint8Array(body);
  return new Response(shown, { headers: { ...headers, etag: tag } });
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return (await stat(path)).isFile() ? await readFile(path) : null;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
    throw thrown;
  }
}

async function noBuildPage({ var: { messages, language } }: AppContext): Promise<Response> {
  const { noBuildTitle, noBuild, noBuildElse } = messages.server.pages;
  const page =
    await html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${noBuildTitle}</title>
<meta name="viewport" content="width=device-width"></head><body><h1>${noBuildTitle}</h1>
<p>${noBuild}</p><pre>npm run build</pre><p>${noBuildElse} <a href="/api/docs">/api/docs</a></p></body></html>`;
  return new Response(String(page), {
    status: 503,
    headers: { 'content-type': TYPES['.html']!, 'cache-control': 'no-store' },
  });
}
