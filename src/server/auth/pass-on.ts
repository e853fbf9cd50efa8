import type { AppContext } from '../app-env.ts';
import { publicAddress } from '../public-address.ts';

/** A request as the library gets it: at the address people use, from the client as we believe it, with a body that was read already. */
export function passOn(context: AppContext, path: string, body: unknown): Request {
  const address = publicAddress(context);
  const headers = new Headers({ 'content-type': 'application/json', origin: new URL(address).origin });
  for (const name of ['cookie', 'user-agent', 'accept-language']) {
    const value = context.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  const { clientAddress } = context.var.origin;
  if (clientAddress !== null) headers.set('x-guardian-client', clientAddress);
  const { method } = context.req;
  const isReading = method === 'GET' || method === 'HEAD';
  return new Request(new URL(path, address), {
    method,
    headers,
    ...(isReading ? {} : { body: JSON.stringify(body ?? {}) }),
  });
}
