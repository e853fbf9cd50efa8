import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.ts';

describe('access lines', () => {
  it('reads the combined format with escapes and nginx’s request time', () => {
    const parsed = parseLine(
      '10.0.0.1 - frank [20/Oct/2025:13:55:36 -0700] "GET /a.gif?x=\\"1\\" HTTP/1.1" 502 2326 "http://r.example/" "Moz\\xC3\\xA9 \\"x\\"" 0.123',
    );
    expect(parsed).toMatchObject({
      format: 'access',
      severityNumber: 17,
      body: 'GET /a.gif → 502',
      user: { id: null, name: 'frank' },
    });
    expect(parsed.time).toBe(Date.UTC(2025, 9, 20, 20, 55, 36));
    expect(parsed.request).toMatchObject({
      method: 'GET',
      path: '/a.gif',
      status: 502,
      durationMs: 123,
      userAgent: 'Mozé "x"',
      clientAddress: '10.0.0.1',
    });
    expect(parsed.attributes).toMatchObject({
      'url.query': 'x="1"',
      'http.response.body.size': 2326,
      'http.request.header.referer': 'http://r.example/',
    });
  });

  it.each([
    ['common', '::1 - - [20/Oct/2025:13:55:36 +0000] "POST /orders HTTP/1.0" 404 -', 'POST', '/orders', 404, 13],
    [
      'virtual host first',
      'shop.example:443 10.0.0.1 - - [20/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 200 12 "-" "-"',
      'GET',
      '/',
      200,
      0,
    ],
    ['uvicorn', 'INFO:     127.0.0.1:5123 - "GET /a?b=1 HTTP/1.1" 500 Internal Server Error', 'GET', '/a', 500, 9],
    ['werkzeug', 'INFO:werkzeug:127.0.0.1 - - [20/Oct/2025 16:01:18] "GET /w HTTP/1.1" 503 -', 'GET', '/w', 503, 9],
    ['morgan dev', '\u001b[0mGET /path \u001b[31m500\u001b[0m 12.345 ms - 23\u001b[0m', 'GET', '/path', 500, 17],
    ['morgan tiny', 'DELETE /p/7 404 - - 1.5 ms', 'DELETE', '/p/7', 404, 13],
    [
      'a whole URL',
      '10.0.0.1 - - [20/Oct/2025:13:55:36 +0000] "GET http://user@shop.example:80/x?y HTTP/1.1" 302 0',
      'GET',
      '/x',
      302,
      0,
    ],
  ])('reads %s', (_name, line, method, path, status, severityNumber) => {
    expect(parseLine(line)).toMatchObject({
      severityNumber,
      request: { method, path, status },
      body: `${method} ${path} → ${status}`,
    });
  });

  it('reads nginx’s error log', () => {
    const line =
      '2025/10/20 16:01:18 [error] 29#30: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, server: shop, request: "GET /api?x=1 HTTP/1.1", upstream: "http://127.0.0.1:8000/api", host: "shop.example"';
    const parsed = parseLine(line);
    expect(parsed).toMatchObject({
      format: 'nginx-error',
      severityNumber: 17,
      body: 'connect() failed (111: Connection refused) while connecting to upstream',
    });
    expect(parsed.request).toMatchObject({
      method: 'GET',
      path: '/api',
      host: 'shop.example',
      clientAddress: '10.0.0.1',
      status: null,
    });
    expect(parsed.attributes).toMatchObject({ server: 'shop', upstream: 'http://127.0.0.1:8000/api' });
  });

  it('keeps a request that is no HTTP', () => {
    expect(parseLine('10.0.0.1 - - [20/Oct/2025:13:55:36 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"')).toMatchObject({
      severityNumber: 13,
      request: { method: null, path: null, status: 400 },
    });
  });

  it('gives back what was rendered', () => {
    const quoted = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => !/[\p{Cc}]/u.test(text) && text !== '-');
    const target = fc.stringMatching(/^\/[a-zA-Z0-9/._~%-]{0,20}$/);
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.constantFrom('GET', 'POST', 'PUT'),
        target,
        fc.integer({ min: 100, max: 599 }),
        quoted,
        quoted,
        (client, method, path, status, referrer, agent) => {
          const escaped = (text: string) =>
            [...Buffer.from(text)]
              .map((byte) =>
                byte === 34 || byte === 92 || byte > 126
                  ? `\\x${byte.toString(16).padStart(2, '0')}`
                  : String.fromCharCode(byte),
              )
              .join('');
          const parsed = parseLine(
            `${client} - - [20/Oct/2025:13:55:36 +0200] "${method} ${path} HTTP/1.1" ${status} 5 "${escaped(referrer)}" "${escaped(agent)}"`,
          );
          expect(parsed.request).toMatchObject({ method, path, status, userAgent: agent, clientAddress: client });
          expect(parsed.attributes['http.request.header.referer']).toBe(referrer);
        },
      ),
      { numRuns: 100 },
    );
  });
});
