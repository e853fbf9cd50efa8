/** All that is ever said of a `user-agent` header: first match of this list. */
const FAMILIES: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['probe', /kube-probe|GoogleHC|ELB-HealthChecker|UptimeRobot|Pingdom|StatusCake|Prometheus|blackbox|Consul Health/i],
  ['bot', /bot\b|crawler|spider|slurp|facebookexternalhit|Lighthouse/i],
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\/|\bOpera\b/],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|Chromium)\//],
  ['Safari', /\bSafari\/|AppleWebKit\//],
  ['curl', /^curl\//i],
  ['Wget', /^Wget\//i],
  ['Postman', /PostmanRuntime|Insomnia/i],
  ['Python', /python|aiohttp|httpx/i],
  ['Java', /\bJava\/|okhttp|Apache-HttpClient/i],
  ['Go', /Go-http-client/],
  ['Node', /^node|undici|axios|node-fetch|\bgot\b/i],
  ['Dart', /^Dart\//],
  ['.NET', /\.NET|RestSharp/],
  ['Ruby', /\bRuby\b|Faraday/],
  ['PHP', /\bPHP\b|Guzzle/],
];

const BROWSERS = new Set(['Edge', 'Opera', 'Samsung Internet', 'Firefox', 'Chrome', 'Safari']);

/** The closed list: every value that `userAgent` of a record can have. */
export const CLIENT_FAMILIES: readonly string[] = [
  ...FAMILIES.flatMap(([family]) => (BROWSERS.has(family) ? [family, `${family} mobile`] : [family])),
  'other',
  'none',
];

const CACHED = 1_000;
/** Longer ones are no browser's; the rest is not looked at. */
const MAX_LENGTH = 1_024;

/** Keeps what it found, because a service sees the same few headers again and again. */
export function createClientFamily(): (userAgent: string | undefined) => string {
  const known = new Map<string, string>();
  return (userAgent) => {
    if (userAgent === undefined || userAgent === '') return 'none';
    const kept = known.get(userAgent);
    if (kept !== undefined) return kept;
    const family = familyOf(userAgent.slice(0, MAX_LENGTH));
    if (known.size >= CACHED) known.clear();
    if (userAgent.length <= MAX_LENGTH) known.set(userAgent, family);
    return family;
  };
}

function familyOf(userAgent: string): string {
  for (const [family, pattern] of FAMILIES) {
    if (!pattern.test(userAgent)) continue;
    return BROWSERS.has(family) && /Mobi|Android|iPhone|iPad/.test(userAgent) ? `${family} mobile` : family;
  }
  return 'other';
}
