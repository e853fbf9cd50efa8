import { setTimeout as pause } from 'node:timers/promises';
import { randomSecret } from '../../core/access/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { ServerOptions } from '../server-options.ts';

const SETTING = 'auth-secret';
const TRIES = 100;

/** What signs the sessions: configured, else made once and kept. Nodes that start together agree on one. */
export async function authSecret({ knobs, store, clock }: ServerOptions): Promise<string> {
  if (knobs.secret !== null) return knobs.secret;
  const holder = randomSecret();
  for (let tries = 0; tries < TRIES; tries++) {
    const kept = await store.settings.get(SETTING);
    if (typeof kept === 'string') return kept;
    if (await store.leases.take(SETTING, holder, clock.now(), 10_000)) {
      const secret = await keepOne(store);
      await store.leases.release(SETTING, holder);
      return secret;
    }
    await pause(100);
  }
  throw new GuardianError('store_unavailable', { reason: (m) => m.stores.secretHeld });
}

async function keepOne({ settings }: ServerOptions['store']): Promise<string> {
  const kept = await settings.get(SETTING);
  if (typeof kept === 'string') return kept;
  const secret = randomSecret();
  await settings.set(SETTING, secret);
  return secret;
}
