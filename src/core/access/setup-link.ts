import type { SettingStore } from './ports.ts';
import { hashSecret, isSameSecret, randomSecret } from './secrets.ts';

const SETTING = 'setup-link';

export interface SetupLink {
  /** Makes the token of a new link; the ones before it stop working. Only its hash is kept. */
  make(): Promise<string>;
  isValid(token: string): Promise<boolean>;
  /** Once it was used. */
  forget(): Promise<void>;
}

/** The link by which the first administrator is made: whoever can read the terminal of the server may open it, once. */
export function createSetupLink(settings: SettingStore): SetupLink {
  return {
    async make() {
      const token = randomSecret();
      await settings.set(SETTING, hashSecret(token));
      return token;
    },
    async isValid(token) {
      const kept = await settings.get(SETTING);
      return typeof kept === 'string' && isSameSecret(hashSecret(token), kept);
    },
    forget: () => settings.set(SETTING, null),
  };
}
