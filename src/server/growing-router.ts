import type { Router } from 'hono/router';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { SmartRouter } from 'hono/router/smart-router';
import { TrieRouter } from 'hono/router/trie-router';

/** The router that is used otherwise takes no route once it has matched; this one is built anew with what was added (2 ms for all of the API). */
export function createGrowingRouter<T>(): Router<T> {
  const routes: [method: string, path: string, handler: T][] = [];
  let built: Router<T> | null = null;

  return {
    name: 'GrowingRouter',
    add(...route) {
      routes.push(route);
      built = null;
    },
    match(method, path) {
      built ??= build();
      return built.match(method, path);
    },
  };

  function build(): Router<T> {
    const router = new SmartRouter<T>({ routers: [new RegExpRouter(), new TrieRouter()] });
    for (const route of routes) router.add(...route);
    return router;
  }
}
