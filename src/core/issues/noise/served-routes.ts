import type { ServedRequest } from '../../events/index.ts';
import { routeOf } from '../endpoint.ts';

const HEALTH = /^\/(?:[\w-]+\/)*(?:health|healthz|livez|readyz|ready|live|ping|status|metrics)\/?$/i;

/** Routes and hosts that were answered in the window: what exists is never noise. */
export class ServedRoutes {
  readonly #routes = new Set<string>();
  readonly #hosts = new Set<string>();
  readonly #limit: number;
  /** Something other than health checks was answered below 400. */
  #hasVisitors = false;
  /** Distinct routes beyond the bound. */
  forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A request answered below 400. */
  addServed({ host, path }: Pick<ServedRequest, 'host' | 'path'>): void {
    if (host !== null && this.#hosts.size < this.#limit) this.#hosts.add(host.toLowerCase());
    const route = routeOf(path);
    if (!this.#hasVisitors && !HEALTH.test(route)) this.#hasVisitors = true;
    this.#addRoute(route);
  }

  /** A request that failed with 5xx: the route is there. */
  addFailed(path: string): void {
    this.#addRoute(routeOf(path));
  }

  hasRoute(route: string): boolean {
    return this.#routes.has(route);
  }

  /** Never answered below 400 while another host is. */
  isForeignHost(host: string): boolean {
    return this.#hosts.size > 0 && !this.#hosts.has(host);
  }

  get hasVisitors(): boolean {
    return this.#hasVisitors;
  }

  #addRoute(route: string): void {
    if (this.#routes.has(route)) return;
    if (this.#routes.size < this.#limit) this.#routes.add(route);
    else this.forgotten++;
  }
}
