import { Hono } from 'hono';
import type { AppEnv } from '../app-env.ts';
import { answerAuth, signIn } from '../auth/sign-in.ts';
import { apiBody } from '../middleware/api-body.ts';
import { needs } from '../middleware/caller.ts';

/** What of the library is reachable; all else of it is not. Accounts are made and changed by `/api/users`. */
export const authRoutes = new Hono<AppEnv>()
  .use('/api/auth/*', apiBody())
  .post('/api/auth/sign-in/email', signIn)
  .get('/api/auth/get-session', answerAuth)
  .post('/api/auth/sign-out', needs('read'), answerAuth)
  .post('/api/auth/change-password', needs('read'), answerAuth)
  .get('/api/auth/list-sessions', needs('read'), answerAuth)
  .post('/api/auth/revoke-session', needs('read'), answerAuth)
  .post('/api/auth/revoke-other-sessions', needs('read'), answerAuth);
