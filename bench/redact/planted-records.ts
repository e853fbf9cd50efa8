import { CLOUD_KINDS, decoys, plantedFields, plantedSecrets } from '../../test/fixtures/secrets.ts';

export interface PlantedRecord {
  /** As the targets name it: `card`, `jwt`, `named field` … */
  kind: string;
  /** What may not be seen in what goes out. */
  secret: string;
  fields: Record<string, unknown>;
}

const CONTAINERS = ['object', 'array', 'map', 'set', 'error'] as const;
/** What every logger writes out; the rest is asked of the SDK only, because a map that is not written at all hides its secrets too. */
const PLAIN: ReadonlySet<Container> = new Set(['object', 'array']);
type Container = (typeof CONTAINERS)[number];

const DEPTHS = Array.from({ length: 12 }, (_, index) => index + 1);

/** Every planted secret at every depth from 1 to 12, in lists and objects, and for the SDK also in maps, sets and errors. */
export function plantedRecords({ isPlainOnly }: { isPlainOnly: boolean }): PlantedRecord[] {
  const containers = CONTAINERS.filter((container) => !isPlainOnly || PLAIN.has(container));
  const records: PlantedRecord[] = [];
  let turn = 0;
  for (const depth of DEPTHS) {
    for (const { kind, text, secret } of plantedSecrets)
      records.push({
        kind: groupOf(kind),
        secret,
        fields: nested(text, depth, containers[turn++ % containers.length]!),
      });
    for (const { value, secret } of plantedFields)
      records.push({
        kind: 'named field',
        secret,
        fields: nested(value, depth, containers[turn++ % containers.length]!),
      });
  }
  return records;
}

function groupOf(kind: string): string {
  if (kind === 'JSON Web Token') return 'jwt';
  if (CLOUD_KINDS.has(kind)) return 'cloud key';
  if (['card', 'email', 'bearer', 'private key'].includes(kind)) return kind;
  return kind === 'address' ? 'ip address' : 'named in text';
}

function nested(value: unknown, depth: number, container: Container): Record<string, unknown> {
  let current = value;
  for (let level = depth; level > 1; level--)
    current = level % 3 === 0 ? within(current, container) : { [`level${level}`]: current };
  return { note: within(current, container) };
}

function within(value: unknown, container: Container): unknown {
  switch (container) {
    case 'object':
      return { inner: value };
    case 'array':
      return [1, value];
    case 'map':
      return new Map([['inner', value]]);
    case 'set':
      return new Set([value]);
    case 'error':
      return typeof value === 'string' ? new Error(value) : new Error('failed', { cause: value });
    default:
      return container satisfies never;
  }
}

/** Texts that look like secrets, and names that sound like them, each in a field of its own. */
export const decoyFields: readonly Record<string, unknown>[] = [
  ...decoys.map(({ text }) => ({ note: text })),
  ...[
    'monkey',
    'keyboard',
    'tokenizer',
    'author',
    'secretary',
    'passenger',
    'compass',
    'turkey',
    'sortKey',
    'primary_key',
    'public-key',
    'userId',
    'maxTokens',
    'token_count',
    'passwordLength',
    'hasPassword',
    'secretName',
    'cookieConsent',
    'statusCode',
    'addressee',
    'keynote',
    'hockey',
    'bypassed',
    'authored',
  ].map((name) => ({ [name]: 'plain words' })),
];

/** Records of 10 fields and about 250 bytes, no two alike, as a shop writes them. */
export function ordinaryRecords(count: number): { message: string; fields: Record<string, unknown> }[] {
  return Array.from({ length: count }, (_, index) => ({
    message: `order ${index} shipped to warehouse north-${index % 9}`,
    fields: {
      order: index,
      customer: `c-${index % 911}`,
      path: `/api/v1/orders/${index}`,
      status: 200,
      durationMs: (index % 300) + 0.25,
      method: 'GET',
      region: 'eu-west-3',
      attempt: 1,
      worker: `worker-${index % 4}`,
      requestId: `req_${(index * 7919).toString(36)}zq${index}`,
    },
  }));
}
