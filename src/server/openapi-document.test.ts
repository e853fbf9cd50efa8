import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, openTestServer, type TestServer } from './server-fixtures.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

interface Operation {
  summary: string;
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  responses: Record<string, { description: string }>;
}

async function document() {
  const response = await ask(server, '/api/openapi.json');
  return (await response.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> };
}

describe('the OpenAPI document', () => {
  it('describes every path with its parameters, reply and problems', async () => {
    const { openapi, paths } = await document();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths).length).toBeGreaterThan(35);
    for (const [path, operations] of Object.entries(paths)) {
      for (const { summary, parameters = [], responses } of Object.values(operations)) {
        expect(summary).not.toBe('');
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named);
        expect(Object.keys(responses)).toContain('default');
        for (const { description } of Object.values(responses)) expect(description).not.toBe('');
      }
    }
  });

  it('leaves out nothing that is served', async () => {
    const { paths } = await document();
    const served = server.app.routes
      .filter(
        ({ method, path }) => method !== 'ALL' && /^\/(?:api|health|ack)(?:\/|$)/.test(path) && !path.includes('*'),
      )
      .map(({ method, path }) => [method.toLowerCase(), path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')] as const);
    expect(served.length).toBeGreaterThan(80);
    // The document itself, and what the library of the sessions serves besides.
    const own = /^\/api\/(?:openapi\.json$|docs$|auth\/)/;
    const missing = served.filter(([method, path]) => !own.test(path) && !paths[path]?.[method]);
    expect(missing).toEqual([]);
  });

  it('points at nothing that is not in it', async () => {
    const whole = await document();
    const references = [...JSON.stringify(whole).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer]) => pointer!);
    for (const pointer of references) {
      const found = pointer
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], whole);
      expect([pointer, found]).not.toEqual([pointer, undefined]);
    }
  });

  it('is a page for people too, in their language, with nothing from outside and no script', async () => {
    const page = await (await ask(server, '/api/docs', { headers: { 'accept-language': 'fr' } })).text();
    expect(page).toContain('L’API HTTP de Guardian');
    expect(page).toContain('/api/issues/{id}/hand-off');
    expect(page).not.toMatch(/<script|https?:\/\/(?!json-schema)/);
  });
});
