import { GuardianError, type Messages } from '../../../core/shared/index.ts';
import { loadGoogleAuth, OVER_FETCH } from '../../google/load-google-auth.ts';

const SCOPE = 'https://www.googleapis.com/auth/logging.read';

/**
 * Tokens of the application default credentials (gcloud, a service account's key, the metadata server of Google Cloud), cached and renewed
 * by google-auth-library, which is loaded at the first call. Throws `source_access_denied`.
 */
export function applicationDefaultToken(project: string): () => Promise<string> {
  let auth: Promise<{ getAccessToken(): Promise<string | null | undefined> }> | null = null;
  return async () => {
    try {
      auth ??= loadGoogleAuth().then(
        ({ GoogleAuth }) => new GoogleAuth({ scopes: [SCOPE], clientOptions: OVER_FETCH }),
      );
      const token = await (await auth).getAccessToken();
      if (token) return token;
    } catch (cause) {
      const told = cause instanceof Error ? cause.message : null;
      const reason = (messages: Messages) => told ?? messages.sources.noCredentials;
      throw new GuardianError('source_access_denied', { path: project, reason, cause });
    }
    throw new GuardianError('source_access_denied', { path: project, reason: ({ sources }) => sources.noToken });
  };
}
