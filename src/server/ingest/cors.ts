/** Browsers of any site may send what a Sentry SDK sends; also on refusals, or they would not see why. PROTOCOLS 1. */
export const SENTRY_CORS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'X-Sentry-Error, X-Sentry-Rate-Limits, Retry-After',
  // Other sites' pages are who asks here: the server's own answer to them must not be kept from them.
  'cross-origin-resource-policy': 'cross-origin',
};

export const SENTRY_PREFLIGHT: Readonly<Record<string, string>> = {
  ...SENTRY_CORS,
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': [
    'Content-Type',
    'X-Sentry-Auth',
    'X-Requested-With',
    'X-Forwarded-For',
    'Origin',
    'Referer',
    'Accept',
    'Authentication',
    'Authorization',
    'Content-Encoding',
    'Transfer-Encoding',
    'sentry-trace',
    'baggage',
  ].join(', '),
  'access-control-max-age': '3600',
};
