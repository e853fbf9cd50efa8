import { Hono } from 'hono';
import type { AppEnv } from '../app-env.ts';
import type { OpenApiDocument } from '../openapi-document.ts';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The document is made when it is first asked for, and kept. */
export function docsRoutes(version: string) {
  let document: Promise<OpenApiDocument> | null = null;
  const made = () => {
    document ??= import('../openapi-document.ts').then(({ openApiDocument }) => openApiDocument(version));
    return document;
  };
  return new Hono<AppEnv>()
    .get('/api/openapi.json', async (context) => context.json(await made()))
    .get('/api/docs', async (context) => {
      const { messages, language } = context.var;
      const { docsPage } = await import('../docs-page.ts');
      const page = await docsPage(await made(), messages, language);
      return context.html(page, 200, { 'content-security-policy': POLICY });
    });
}
