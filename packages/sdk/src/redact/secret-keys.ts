import type { RedactionKind } from './marker.ts';

/**
 * Tells by its name whether a field holds a secret. Names are compared as whole words of camelCase, snake_case, kebab-case and
 * dotted paths, so that `monkey`, `tokenizer` and `passenger_id` are no secrets while `dbPassword2` and `x-api-key` are.
 */
const WORDS: Record<string, RedactionKind> = {
  password: 'password',
  passwords: 'password',
  passwd: 'password',
  passwds: 'password',
  pwd: 'password',
  passphrase: 'password',
  passcode: 'password',
  motdepasse: 'password',
  mdp: 'password',
  kennwort: 'password',
  passwort: 'password',
  secret: 'secret',
  secrets: 'secret',
  token: 'token',
  tokens: 'token',
  jwt: 'token',
  apikey: 'api-key',
  apikeys: 'api-key',
  accesskey: 'api-key',
  secretkey: 'api-key',
  accountkey: 'api-key',
  sharedaccesskey: 'api-key',
  sharedaccesssignature: 'api-key',
  privatekey: 'private-key',
  authorization: 'authorization',
  cookie: 'cookie',
  cookies: 'cookie',
  setcookie: 'cookie',
  credential: 'credential',
  credentials: 'credential',
  creds: 'credential',
  sessionid: 'session',
  sessid: 'session',
  phpsessid: 'session',
  jsessionid: 'session',
  otp: 'code',
  totp: 'code',
  cvv: 'code',
  cvc: 'code',
  dsn: 'dsn',
};

/** Written together with something before it: `PGPASSWORD`, `authtoken`, `clientsecret`. */
const WORD_ENDINGS: [string, RedactionKind][] = [
  ['password', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['secret', 'secret'],
  ['token', 'token'],
  ['apikey', 'api-key'],
  ['accesskey', 'api-key'],
  ['secretkey', 'api-key'],
  ['privatekey', 'private-key'],
  ['sessionid', 'session'],
];

/** Second word → the words before it that make the pair a secret. */
const PAIRS: Record<string, { kind: RedactionKind; after: ReadonlySet<string> }> = {
  key: {
    kind: 'api-key',
    after: new Set(
      (
        'api app access secret encryption encrypt decryption decrypt signing signature master account shared service auth ' +
        'license licence storage ssh deploy subscription rsa aes hmac webhook client session bot crypto jwt ingest admin functions sas'
      ).split(' '),
    ),
  },
  keys: { kind: 'api-key', after: new Set(['api', 'access', 'secret', 'encryption', 'signing']) },
  id: { kind: 'session', after: new Set(['session', 'sess']) },
  sid: { kind: 'session', after: new Set(['connect', 'session']) },
  code: {
    kind: 'code',
    after: new Set(['auth', 'otp', 'verification', 'security', 'recovery', 'backup', 'mfa', 'authentication']),
  },
  phrase: { kind: 'password', after: new Set(['pass', 'seed', 'recovery', 'mnemonic']) },
  signature: { kind: 'secret', after: new Set(['amz', 'hub', 'goog', 'access']) },
  pass: {
    kind: 'password',
    after: new Set(
      'db database user smtp mysql pg postgres redis mail email ftp sftp ldap root admin my http proxy login'.split(
        ' ',
      ),
    ),
  },
  passe: { kind: 'password', after: new Set(['de']) },
  auth: { kind: 'authorization', after: new Set(['x', 'basic', 'proxy', 'registry', 'http']) },
};

/** A compound ending in one of these says something about a secret and holds none. */
const HARMLESS_LAST: ReadonlySet<string> = new Set(
  (
    'count counts length len size limit limits max min used usage total totals type types expires expiry expiration expired expire in at ' +
    'ttl age policy policies strength valid validity required enabled disabled present missing changed change reset attempts attempt retries ' +
    'rotation rotated version algorithm alg name names path paths file filename dir directory folder url uri endpoint host hostname provider ' +
    'manager service store vault error errors exception invalid status state issuer audience scope scopes verified verification validation ' +
    'validator check checked checker updated created issued refreshed consent banner budget cost price rate ratio index position offset line ' +
    'column field fields param label hint placeholder rule rules format regex pattern request requested response result form page view screen ' +
    'link flow filter interceptor factory repository controller listener generator parser util utils helper impl test tests spec client server ' +
    'settings middleware handler job task worker event ms seconds minutes hours days class method function module per second minute ' +
    'java kt scala py pyi rb go rs php cs swift dart js mjs cjs ts tsx jsx vue svelte json yaml yml xml toml html txt log conf ini md sql sh c cc cpp h hpp'
  ).split(' '),
);

/** A compound beginning with one of these is a flag or a number. */
const HARMLESS_FIRST: ReadonlySet<string> = new Set(
  'is has had no needs should requires max min num total count unexpected illegal unknown forgot'.split(' '),
);

const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\x00-\x7f]+/g;
const KNOWN_KEYS_LIMIT = 4096;
const LONGEST_KEY = 96;
const SHORTEST_WORD = 2;

export interface SecretKeys {
  /** The kind of secret a field of that name holds; null when its name says nothing. */
  kindOf(key: string): RedactionKind | null;
  /** Characters; no shorter word is a secret's name, or its last word (`session id`). */
  readonly shortest: number;
}

/** `ownWords` are field names of the user's own, compared without regard to case and separators. */
export function createSecretKeys(ownWords: readonly string[] = []): SecretKeys {
  const own = new Set(ownWords.map(joinedName));
  const known = new Map<string, RedactionKind | null>();
  return {
    shortest: own.size === 0 ? SHORTEST_WORD : 1,
    kindOf(key) {
      if (key.length > LONGEST_KEY) return classify(key.slice(-LONGEST_KEY), own);
      const cached = known.get(key);
      if (cached !== undefined) return cached;
      const kind = classify(key, own);
      if (known.size >= KNOWN_KEYS_LIMIT) known.clear();
      known.set(key, kind);
      return kind;
    },
  };
}

/** Names are the same whatever their case and separators. */
export function joinedName(key: string): string {
  return key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function classify(key: string, own: ReadonlySet<string>): RedactionKind | null {
  if (own.size > 0 && own.has(joinedName(key))) return 'own-key';
  const words = (key.match(WORD) ?? []).map((word) => word.toLowerCase());
  if (words.length === 0) return null;
  if (words.length > 1) return kindOfWords(words);
  return words[0] === 'auth' && key.startsWith('_') ? 'authorization' : kindOfOnly(words[0]!);
}

function kindOfOnly(word: string): RedactionKind | null {
  return word === 'pass' ? 'password' : kindOfWord(word);
}

function kindOfWords(words: readonly string[]): RedactionKind | null {
  if (HARMLESS_LAST.has(words[words.length - 1]!) || HARMLESS_FIRST.has(words[0]!)) return null;
  let found: RedactionKind | null = null;
  for (let index = 0; index < words.length; index++) {
    found = kindOfPair(words[index]!, words[index + 1]) ?? kindOfWord(words[index]!) ?? found;
    if (found === 'private-key' || found === 'api-key') return found;
  }
  return found;
}

function kindOfPair(word: string, next: string | undefined): RedactionKind | null {
  if (next === undefined) return null;
  if (word === 'private' && next === 'key') return 'private-key';
  const pair = Object.hasOwn(PAIRS, next) ? PAIRS[next] : undefined;
  return pair?.after.has(word) ? pair.kind : null;
}

function kindOfWord(word: string): RedactionKind | null {
  if (Object.hasOwn(WORDS, word)) return WORDS[word]!;
  for (const [ending, kind] of WORD_ENDINGS) if (word.endsWith(ending)) return kind;
  return null;
}
