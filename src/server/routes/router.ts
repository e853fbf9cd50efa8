import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../app-env.ts';
import { onInvalid } from '../problem.ts';

export function createRouter() {
  return new OpenAPIHono<AppEnv>({ defaultHook: onInvalid });
}
