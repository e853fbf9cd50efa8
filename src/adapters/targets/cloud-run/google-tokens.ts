import { GuardianError } from '../../../core/shared/index.ts';
import { loadGoogleAuth, OVER_FETCH } from '../../google/load-google-auth.ts';
import { say } from '../sayings.ts';

/** Who Guardian is to Google. Both reject where there are no credentials. */
export interface GoogleTokens {
  accessToken(): Promise<string>;
  /** Signed for one receiver: the address of a Cloud Run service that is not open to everybody. */
  identityToken(audience: string): Promise<string>;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * The application default credentials (a service account's key, the metadata server of Google Cloud, gcloud), renewed by google-auth-library, which is
 * loaded at the first call. Those of a person give no identity tokens.
 */
export function applicationDefaultTokens(): GoogleTokens {
  let loaded: Promise<import('google-auth-library').GoogleAuth> | null = null;
  const auth = () => {
    loaded ??= loadGoogleAuth().then(
      ({ GoogleAuth }) => new GoogleAuth({ scopes: [SCOPE], clientOptions: OVER_FETCH }),
    );
    return loaded;
  };
  return {
    async accessToken() {
      const token = await (await auth()).getAccessToken();
      if (!token) throw new GuardianError('target_refused', { reason: say.cloudRun.noToken });
      return token;
    },
    async identityToken(audience) {
      const client = await (await auth()).getIdTokenClient(audience);
      return client.idTokenProvider.fetchIdToken(audience);
    },
  };
}
