import type { SettingHash } from '../../../core/deploy/index.ts';
import type { Redactor } from '../../../core/events/index.ts';
import type { Clock } from '../../../core/shared/index.ts';
import type { GoogleTokens } from './google-tokens.ts';

export interface CloudRunOptions {
  name: string;
  /** As events name it. */
  service: string;
  project: string;
  /** `europe-west1` */
  region: string;
  /** As Cloud Run calls it. */
  cloudRunService: string;
  hash: SettingHash;
  redactor: Pick<Redactor, 'text'>;
  clock: Clock;
  /** Default: the application default credentials. */
  tokens?: GoogleTokens;
  addresses?: Partial<CloudRunAddresses>;
  knobs?: Partial<CloudRunKnobs>;
}

/** Where Google answers; without a slash at the end. */
export interface CloudRunAddresses {
  run: string;
  monitoring: string;
  logging: string;
  /** Secret Manager. */
  secrets: string;
  /** Of a registry by its host; Google's token goes to `*.pkg.dev` and `gcr.io` alone. */
  registry(host: string): string;
}

export interface CloudRunKnobs {
  /** One request, ms. */
  requestMs: number;
  /** How often one request is made when Google is busy or its answer is lost. */
  tries: number;
  /** The first wait between them, ms; it doubles. `Retry-After` wins. */
  firstWaitMs: number;
  /** No wait is longer, whatever `Retry-After` says. */
  longestWaitMs: number;
  /** How long one call waits for an operation, ms; what takes longer is read back later. */
  operationMs: number;
  /** Between two looks at an operation, ms. */
  lookMs: number;
}

export const CLOUD_RUN_ADDRESSES: CloudRunAddresses = {
  run: 'https://run.googleapis.com',
  monitoring: 'https://monitoring.googleapis.com',
  logging: 'https://logging.googleapis.com',
  secrets: 'https://secretmanager.googleapis.com',
  registry: (host) => `https://${host}`,
};

export const CLOUD_RUN_KNOBS: CloudRunKnobs = {
  requestMs: 10_000,
  tries: 4,
  firstWaitMs: 500,
  longestWaitMs: 20_000,
  operationMs: 60_000,
  lookMs: 1_000,
};
