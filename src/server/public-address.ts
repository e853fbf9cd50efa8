import type { AppContext } from './app-env.ts';

/** How people and clients reach this server: configured, else as the request did. */
export function publicAddress({ var: { services, origin } }: AppContext): string {
  return services.knobs.publicUrl ?? `${origin.isSecure ? 'https' : 'http'}://${origin.host}`;
}
