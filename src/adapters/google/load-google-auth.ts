let loaded: Promise<typeof import('google-auth-library')> | null = null;

/**
 * google-auth-library, loaded at the first call, over the platform's own `fetch`: by itself it loads another implementation for each request that it makes,
 * which the production install does not carry.
 */
export function loadGoogleAuth(): Promise<typeof import('google-auth-library')> {
  loaded ??= import('google-auth-library').then((library) => {
    library.gaxios.instance.defaults.fetchImplementation = fetch;
    return library;
  });
  return loaded;
}

/** What each client of the library is given, so that it asks over the same. */
export const OVER_FETCH = { transporterOptions: { fetchImplementation: fetch } };
