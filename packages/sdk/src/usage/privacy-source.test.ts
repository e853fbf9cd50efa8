import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SOURCE = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['usage', 'middleware'];

/** Each source file of usage tracking without its comments: what runs. */
function sources(): { file: string; code: string }[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(SOURCE, folder))
      .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|-fixtures\.ts$/.test(name))
      .map((name) => {
        const text = readFileSync(join(SOURCE, folder, name), 'utf8');
        return {
          file: `${folder}/${name}`,
          code: text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, ''),
        };
      }),
  );
}

/** Every header name known to be a name, and every way of asking a request for one. */
const HEADER_READS = [
  /headers\s*(?:\?\.)?\[\s*'([^']+)'\s*\]/g,
  /headers\s*(?:\?\.)?\[\s*([A-Za-z]\w*)\s*\]/g,
  /headers\s*\??\.\s*(?!get\b)([A-Za-z]\w*)/g,
  /headers\s*\??\.\s*get\(\s*'?([^')]*)'?\s*\)/g,
];

test('five header names are read, in one file: user-agent, dnt, sec-gpc, traceparent, and the declared one', () => {
  const reads = sources().flatMap(({ file, code }) =>
    HEADER_READS.flatMap((pattern) =>
      [...code.replace(/from '[^']+'/g, '').matchAll(pattern)].map(([, name]) => ({ file, name })),
    ),
  );
  expect(new Set(reads.map(({ name }) => name))).toEqual(
    new Set(['user-agent', 'dnt', 'sec-gpc', 'traceparent', 'declaredName']),
  );
  expect(new Set(reads.map(({ file }) => file))).toEqual(new Set(['usage/request-headers.ts']));
});

test('no code path reads a body, a query, a cookie, a file, a parameter, a token or whole headers', () => {
  const forbidden =
    /\.(body|rawBody|query|querystring|cookies?|signedCookies|files?|params|rawHeaders|headersDistinct|trailers|hostname|host|ips?|searchParams|session)\b|authorization|bearer|jwt|jsonwebtoken|set-cookie|x-user|decodeToken|atob\(|rawHeaders|getHeader|\.header\(|\.json\(|\.text\(|\.formData\(|\.parseBody\(|\bJSON\.parse\(/i;
  /** What looks alike, each with why it is none of a request's. */
  const allowed: Record<string, readonly string[]> = {
    // Layers of the router: compared with the path to find the template, never written.
    'middleware/express-template.ts': ['.params'],
    // An answer of the application's own resolver.
    'usage/batch-lists.ts': ['.session'],
    'usage/tracker.ts': ['.session'],
    'usage/client-key.ts': ['.session'],
    // Already cut.
    'usage/signs-of-life.ts': ['.ip'],
    'usage/expand-batch.ts': ['.ip'],
    // Writes digits into our own line.
    'usage/batch-writer.ts': ['.text('],
    'usage/row-bytes.ts': ['.text('],
  };
  for (const { file, code } of sources()) {
    const own = allowed[file] ?? [];
    const found = code
      .split('\n')
      .flatMap((line) => [...line.matchAll(new RegExp(forbidden, 'gi'))].map(([match]) => match))
      .filter((match) => !own.includes(match));
    expect([file, found]).toEqual([file, []]);
  }
});

test('no code decodes a token, and no resolver comes with the package ("trusted the payload of an unverified token")', () => {
  for (const { file, code } of sources()) {
    expect([file, /base64(?!url')|Buffer\.from\([^)]*base64/.test(code)]).toEqual([file, false]);
    expect([file, /export (function|const) \w*(resolver|identify|fromHeader)/i.test(code)]).toEqual([file, false]);
  }
});

test('middlewares import nothing of a framework', () => {
  for (const { file, code } of sources()) {
    const imported = [...code.matchAll(/from '([^']+)'/g)].map(([, name]) => name ?? '');
    expect([file, imported.filter((name) => !name.startsWith('.') && !name.startsWith('node:'))]).toEqual([file, []]);
  }
});
