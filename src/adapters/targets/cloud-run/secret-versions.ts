import type { SecretReference, SecretState, TargetState } from '../../../core/deploy/index.ts';
import { asText } from '../../sources/cloud-logging/json-values.ts';
import { type GoogleApi, messageOf } from './google-api.ts';

export interface SecretVersionsOptions {
  api: GoogleApi;
  /** Of Secret Manager, without a slash at the end. */
  address: string;
  project: string;
}

/** More secrets than these are not asked for. */
const MOST = 50;

interface Newest {
  version: string;
  isEnabled: boolean;
  /** Epoch ms. */
  createdAt: number;
}

/**
 * Whether what the running revision reads is what Secret Manager holds now. Values are never asked for: only versions
 * (https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/get).
 */
export function createSecretVersions({ api, address, project }: SecretVersionsOptions) {
  async function newestOf(secret: string): Promise<Newest> {
    const place = secret.startsWith('projects/') ? secret : `projects/${project}/secrets/${secret}`;
    const found = await api.read({ method: 'GET', url: `${address}/v1/${place}/versions/latest` });
    return {
      version: asText(found.name)?.split('/').at(-1) ?? '',
      isEnabled: asText(found.state) === 'ENABLED',
      createdAt: Date.parse(asText(found.createTime) ?? '') || 0,
    };
  }

  async function look(name: string, { secret, version }: SecretReference, madeAt: number): Promise<SecretState> {
    const known = { name, secret, version };
    try {
      const newest = await newestOf(secret);
      if (!newest.isEnabled) return { ...known, newest: newest.version, outcome: 'disabled', problem: null };
      const isCurrent = version === 'latest' ? newest.createdAt <= madeAt : version === newest.version;
      const outcome = isCurrent ? 'current' : version === 'latest' ? 'changed since' : 'older';
      return { ...known, newest: newest.version, outcome, problem: null };
    } catch (thrown) {
      return { ...known, newest: null, outcome: 'could not look', problem: messageOf(thrown) };
    }
  }

  return async ({ revisions, traffic }: TargetState): Promise<SecretState[]> => {
    const [most] = [...traffic.shares].sort((a, b) => b.percent - a.percent);
    const running = revisions.find(({ name }) => name === most?.revision);
    if (running === undefined) return [];
    const references = Object.entries(running.settings.secrets).slice(0, MOST);
    return Promise.all(references.map(([name, reference]) => look(name, reference, running.createdAt)));
  };
}
