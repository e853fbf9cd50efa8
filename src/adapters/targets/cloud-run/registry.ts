import { createHash } from 'node:crypto';
import type { Sentence } from '../../../core/shared/index.ts';
import { asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { say } from '../sayings.ts';
import { messageOf, refused, unreachable } from './google-api.ts';
import type { GoogleTokens } from './google-tokens.ts';
import type { CloudRunAddresses, CloudRunKnobs } from './options.ts';

/** An image as Docker writes it. */
export interface ImageName {
  host: string;
  repository: string;
  /** Tag or digest. */
  reference: string;
}

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const GOOGLE = /^(?:[a-z0-9-]+\.)*(?:pkg\.dev|gcr\.io)$/;
const MANIFEST_BYTES = 8 * 1024 * 1024;

/** `host/path/name:tag`, `…@sha256:…`; without a host it is Docker Hub's. Null: that is no name of an image. */
function readImageName(image: string): ImageName | null {
  const match = /^([^@:\s]+(?::\d+(?=\/))?[^@:\s]*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image);
  const path = match?.[1];
  if (!match || path === undefined || path.length > 400) return null;
  const reference = match[3] ?? match[2] ?? 'latest';
  const [first = '', ...rest] = path.split('/');
  const hasHost = rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost');
  if (hasHost) return { host: first, repository: rest.join('/'), reference };
  return { host: 'registry-1.docker.io', repository: rest.length === 0 ? `library/${path}` : path, reference };
}

/** The image without tag and digest, as a name to put a digest behind. */
export function withDigest(image: string, digest: string): string {
  return `${image.replace(/@sha256:[0-9a-f]{64}$/, '').replace(/:[\w][\w.-]{0,127}$/, '')}@${digest}`;
}

export interface RegistryOptions {
  name: string;
  tokens: Pick<GoogleTokens, 'accessToken'>;
  address: CloudRunAddresses['registry'];
  knobs: CloudRunKnobs;
}

/**
 * The digest of an image that exists, by the registry's HTTP API (https://distribution.github.io/distribution/spec/api/#existing-manifests): `HEAD` of
 * its manifest, `GET` where the registry does not name the digest. Google's token goes to Google's registries only. Throws `target_refused`
 * where there is no such image, `target_unreachable`.
 */
export async function resolveDigest(image: string, options: RegistryOptions): Promise<string> {
  const { name, address } = options;
  const parsed = readImageName(image);
  if (!parsed) throw refused(name, say.noImageName(image.slice(0, 200)));
  const { host, repository, reference } = parsed;
  const url = `${address(host)}/v2/${repository}/manifests/${reference}`;
  const headers = new Headers({ accept: MANIFESTS });
  if (GOOGLE.test(host)) headers.set('authorization', `Bearer ${await googleToken(options)}`);
  let response = await send('HEAD', url, headers, options);
  const challenge = response.status === 401 ? readChallenge(response.headers.get('www-authenticate')) : null;
  if (challenge && !GOOGLE.test(host)) {
    headers.set('authorization', `Bearer ${await anonymousToken(challenge, repository, options)}`);
    response = await send('HEAD', url, headers, options);
  }
  if (response.status === 404) throw refused(name, say.noImage(image));
  if (!response.ok) throw refused(name, say.registry.says(host, response.status, image));
  const told = response.headers.get('docker-content-digest') ?? '';
  return DIGEST.test(told) ? told : digestOfManifest(url, headers, options);
}

async function googleToken({ name, tokens }: RegistryOptions): Promise<string> {
  return tokens.accessToken().catch((cause: unknown) => {
    throw refused(name, say.cloudRun.noCredentials(messageOf(cause)));
  });
}

/** Of what the registry would give: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
async function digestOfManifest(url: string, headers: Headers, options: RegistryOptions): Promise<string> {
  const response = await send('GET', url, headers, options);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || bytes.length > MANIFEST_BYTES) throw refused(options.name, say.registry.noManifest(url));
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function send(
  method: 'HEAD' | 'GET',
  url: string,
  headers: Headers,
  { name, knobs }: RegistryOptions,
): Promise<Response> {
  let reason: Sentence = '';
  for (let attempt = 0; attempt < knobs.tries; attempt++) {
    try {
      const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(knobs.requestMs) });
      if (response.status !== 429 && response.status < 500) return response;
      reason = String(response.status);
      await response.body?.cancel();
    } catch (thrown) {
      reason = messageOf(thrown);
    }
    const waitMs = Math.min(knobs.firstWaitMs * 2 ** attempt, knobs.longestWaitMs);
    if (attempt + 1 < knobs.tries) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw unreachable(name, say.times(say.registry.its(reason), knobs.tries));
}

interface Challenge {
  realm: string;
  service: string | null;
}

/** `Bearer realm="…",service="…"`; other schemes want a password. */
function readChallenge(header: string | null): Challenge | null {
  const text = header ?? '';
  const realm = /^Bearer .*?realm="([^"]{1,500})"/i.exec(text)?.[1];
  if (realm === undefined || !URL.canParse(realm)) return null;
  return { realm, service: /service="([^"]{1,200})"/i.exec(text)?.[1] ?? null };
}

async function anonymousToken(
  { realm, service }: Challenge,
  repository: string,
  options: RegistryOptions,
): Promise<string> {
  const url = new URL(realm);
  if (service !== null) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  const response = await send('GET', url.href, new Headers(), options);
  const body = (await response.json().catch(() => ({}))) as JsonObject;
  const token = asText(body.token) ?? asText(body.access_token);
  if (token === null) throw refused(options.name, say.registry.noToken(repository));
  return token;
}
