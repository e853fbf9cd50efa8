/**
 * The real browser SDK without a browser: `node sentry-browser-client.ts [--tunnel] <dsn>`. Its client, stack parser and `fetch` transport are those that run in a page;
 * the error's stack is what Chrome writes for a bundled page.
 */
import { BrowserClient, defaultStackParser, makeFetchTransport, Scope } from '@sentry/browser';

export type BrowserClientArguments = [] | ['--tunnel'];

const dsn = process.argv.at(-1) ?? '';
const tunnel = process.argv.includes('--tunnel') ? `${new URL(dsn).origin}/tunnel` : undefined;

const client = new BrowserClient({
  dsn,
  ...(tunnel === undefined ? {} : { tunnel }),
  release: 'shop-front@2.0.0',
  environment: 'production',
  transport: (options) => makeFetchTransport(options, fetch),
  stackParser: defaultStackParser,
  integrations: [],
});
client.init();

const scope = new Scope();
scope.setClient(client);
scope.setUser({ id: 'visitor-3' });
scope.setTag('page', 'cart');
scope.addBreadcrumb({ category: 'ui.click', message: 'button#pay', timestamp: Date.now() / 1_000 });

const error = new TypeError("Cannot read properties of undefined (reading 'total')");
error.stack = [
  "TypeError: Cannot read properties of undefined (reading 'total')",
  '    at renderCart (https://shop.example/assets/cart-3f2a9c1b.js:2:1841)',
  '    at HTMLButtonElement.<anonymous> (https://shop.example/assets/main-9b1deb4d.js:1:20412)',
].join('\n');
scope.captureException(error);
await client.close(5_000);
