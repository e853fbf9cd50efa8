import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import type { AppEnv } from '../app-env.ts';
import { docsPage } from '../docs-page.ts';
import { type OpenApiDocument, openApiDocument } from '../openapi-document.ts';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The document is made when it is first asked for, and kept. */
export function docsRoutes(api: OpenAPIHono<AppEnv>, version: string) {
  let document: OpenApiDocument | null = null;
  const made = () => {
    document ??= openApiDocument(api, version);
    return document;
  };
  return new Hono<AppEnv>()
    .get('/api/openapi.json', (context) => context.json(made()))
    .get('/api/docs', async (context) => {
      const { messages, language } = context.var;
      const page = await docsPage(made(), messages, language);
      return context.html(page, 200, { 'content-security-policy': POLICY });
    });
}
