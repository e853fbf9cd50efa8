/** What a shop's page loads: the browser SDK, set up from what the page says, and a cart that cannot be paid. Bundled for the page. */
import * as Sentry from '@sentry/browser';

export interface PageSettings {
  dsn: string;
  /** Sent with every request of the SDK. With any, the browser asks the server first whether it may. */
  headers: Record<string, string>;
}

const page = globalThis as unknown as {
  settings: PageSettings;
  shop: { pay(): void; complain(text: string): void };
  answers: number[];
};

page.answers = [];
Sentry.init({
  dsn: page.settings.dsn,
  release: 'shop-front@2.0.0',
  environment: 'production',
  transportOptions: { headers: page.settings.headers },
  // A session is a request of its own: what is counted here are the errors.
  integrations: (defaults) => defaults.filter(({ name }) => name !== 'BrowserSession'),
});
Sentry.getClient()?.on('afterSendEvent', (_event, { statusCode }) => {
  page.answers.push(statusCode ?? 0);
});
Sentry.setUser({ id: 'visitor-3' });

class CartRejected extends Error {
  override name = 'CartRejected';
}

function totalOf(cart: { lines: { price: number }[] } | undefined): number {
  return cart!.lines.reduce((sum, { price }) => sum + price, 0);
}

function payCart(): number {
  try {
    return totalOf(undefined);
  } catch (cause) {
    throw new CartRejected('the cart cannot be paid', { cause });
  }
}

page.shop = {
  pay: () => void payCart(),
  complain: (text) => void Sentry.captureException(new Error(text)),
};
