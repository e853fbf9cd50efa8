import { GuardianError } from '../core/shared/index.ts';
import type { Environment } from './environment.ts';
import type { Configuration } from './schema.ts';

/**
 * Whether the platform keeps what is stored. Cloud Run (it sets `K_SERVICE`) gives each instance a disk of its own, in memory, that ends with it: with SQLite
 * every instance would know something else, and nobody anything after the next revision. Throws `configuration_invalid`.
 */
export function checkPlatform({ database }: Configuration, environment: Environment): void {
  const service = environment.K_SERVICE?.trim() ?? '';
  if (service === '' || database.url !== null) return;
  throw new GuardianError('configuration_invalid', {
    key: 'database.url',
    reason: (m) => m.configuration.ephemeralDisk(service),
    remedy: (m) => m.configuration.ephemeralDiskRemedy,
  });
}
