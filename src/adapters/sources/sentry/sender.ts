import type { Event, Language } from '../../../core/events/index.ts';
import type { WireRequest } from '../../../core/ingest/ports.ts';
import { asName, asObject, type JsonObject } from './read-value.ts';

/** Who sent it: an SDK, its language, and whether it ran where anybody may read its key. */
export interface Sender {
  sdkName: string | null;
  sdkVersion: string | null;
  language: Language | null;
  trust: Event['trust'];
}

/** `platform` of the event payload: https://develop.sentry.dev/sdk/foundations/transport/event-payloads/#required-attributes */
const BY_PLATFORM: Readonly<Record<string, Language>> = {
  python: 'python',
  node: 'node',
  java: 'java',
  kotlin: 'java',
  android: 'java',
  scala: 'java',
  groovy: 'java',
  go: 'go',
  ruby: 'ruby',
  php: 'php',
  csharp: 'dotnet',
  dotnet: 'dotnet',
  rust: 'rust',
  dart: 'dart',
  flutter: 'dart',
  cocoa: 'swift',
  swift: 'swift',
  objc: 'swift',
};

/** SDKs that send a platform which says nothing (`native`, `other`). */
const BY_SDK: readonly [RegExp, Language][] = [
  [/^sentry\.rust/, 'rust'],
  [/^sentry\.dart/, 'dart'],
  [/^sentry\.cocoa/, 'swift'],
  [/^sentry\.python/, 'python'],
  [/^sentry\.(?:java|kotlin)(?:\.|$)/, 'java'],
  [/^sentry\.go/, 'go'],
  [/^sentry\.ruby/, 'ruby'],
  [/^sentry\.(?:php|symfony|laravel|wordpress)/, 'php'],
  [/^sentry\.dotnet/, 'dotnet'],
];

/** JavaScript SDKs that run on a server, whatever platform they name. */
const SERVER_SDK =
  /^sentry\.javascript\.(?:node|bun|deno|cloudflare|vercel-edge|aws-serverless|google-cloud-serverless|serverless|nestjs|opentelemetry|profiling-node|elysia|hono|effect)/;
const SERVER_RUNTIME = /^(?:node|bun|deno|cloudflare|workerd|vercel-edge|edge)/i;

/** `sdk` is the event's own or the envelope header's; `runtime` its context of that name. */
export function readSender(
  request: Pick<WireRequest, 'trust' | 'headers'>,
  { platform, sdk, runtime }: { platform: unknown; sdk: unknown; runtime?: unknown },
): Sender {
  const described = asObject(sdk);
  const sdkName = asName(described?.name, 128);
  const language = languageOf(platform) ?? languageBySdk(platform, sdkName, asName(asObject(runtime)?.name, 64));
  // A browser says where its page came from; no server's SDK does.
  const isPublic = request.trust === 'public' || language === 'browser' || request.headers.origin !== undefined;
  return {
    sdkName,
    sdkVersion: asName(described?.version, 64),
    language,
    trust: isPublic ? 'public' : 'server',
  };
}

function languageOf(platform: unknown): Language | null {
  return typeof platform === 'string' && Object.hasOwn(BY_PLATFORM, platform) ? (BY_PLATFORM[platform] ?? null) : null;
}

function languageBySdk(platform: unknown, sdkName: string | null, runtime: string | null): Language | null {
  const isScript = platform === 'javascript' || sdkName?.startsWith('sentry.javascript.') === true;
  if (isScript) {
    const isServer =
      (sdkName !== null && SERVER_SDK.test(sdkName)) || (runtime !== null && SERVER_RUNTIME.test(runtime));
    return isServer ? 'node' : 'browser';
  }
  if (sdkName === null) return null;
  return BY_SDK.find(([pattern]) => pattern.test(sdkName))?.[1] ?? null;
}

/** `platform` of a frame, which differs from its event's where two languages meet; null when it names none. */
export function languageOfFrames(frames: readonly unknown[], event: Language | null): Language | null {
  const platform = (frames.at(-1) as JsonObject | null | undefined)?.platform;
  if (platform === 'javascript') return event === 'node' ? 'node' : 'browser';
  return languageOf(platform) ?? event;
}
