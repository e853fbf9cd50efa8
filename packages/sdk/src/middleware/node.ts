import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TrackOptions, Usage } from '../usage/index.ts';
import { UNMATCHED } from '../usage/usage-record.ts';
import { pathOf, statusAtClose } from './answer.ts';

export { guardianUpgrades, type UpgradeOptions } from './upgrades.ts';

export interface NodeOptions<Request> extends TrackOptions<Request> {
  /** The template of the request (`/orders/:id`), asked when the answer has ended; undefined: `(unmatched)`. */
  endpoint: (request: Request) => string | undefined;
}

/**
 * `createServer(guardianNode(usage, { endpoint: (request) => … })(handler))`: wraps a handler of `node:http`, `https` or the compatible
 * interface of `http2`. What the handler throws goes on as if it stood alone; its class is recorded.
 */
export function guardianNode<Request extends IncomingMessage = IncomingMessage>(
  usage: Usage,
  options: NodeOptions<Request>,
) {
  const tracker = usage.track<Request>(options);

  return function wrap<Response extends ServerResponse>(handler: (request: Request, response: Response) => unknown) {
    return function guardianUsage(request: Request, response: Response): unknown {
      const startedAt = tracker.begin();
      let thrown: unknown;
      response.on('close', () => {
        if (!tracker.claimAtClose(response)) return;
        const template = endpointOf(options, request);
        if (template === UNMATCHED && tracker.isSkippedPath(pathOf(request.url))) tracker.skipped();
        else {
          const status = statusAtClose(response, request, thrown);
          tracker.end(tracker.route(request.method ?? 'GET', template), request, request, startedAt, status, thrown);
        }
      });
      try {
        const answered = handler(request, response);
        if (answered instanceof Promise) {
          return answered.catch((error: unknown) => {
            thrown = error;
            throw error;
          });
        }
        return answered;
      } catch (error) {
        thrown = error;
        throw error;
      }
    };
  };
}

function endpointOf<Request>({ endpoint }: NodeOptions<Request>, request: Request): string {
  try {
    return endpoint(request) ?? UNMATCHED;
  } catch {
    return UNMATCHED;
  }
}
