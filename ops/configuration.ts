import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ENVIRONMENT_NAMES, environmentKey } from '../src/config/environment.ts';
import { configurationSchema } from '../src/config/schema.ts';

/**
 * Writes the tables of docs/configuration.md from the schema of the configuration: every knob with its default and meaning, every
 * environment name with the knob it sets. With `--check` it writes nothing and ends with 1 when the page says anything else.
 */

interface Knob {
  key: string;
  type: string;
  default: string;
  meaning: string;
}

interface Described {
  type?: string | string[];
  enum?: string[];
  anyOf?: Described[];
  items?: Described;
  default?: unknown;
  description?: string;
  properties?: Record<string, Described>;
  /** Of what has any names. */
  additionalProperties?: Described | boolean;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}docs/configuration.md`;
const BEGIN = '<!-- made by ops/configuration.ts: do not edit below -->';
const END = '<!-- end of what ops/configuration.ts makes -->';

function knobsOf({ properties = {} }: Described, path: readonly string[] = []): Knob[] {
  return Object.entries(properties).flatMap(([name, described]) => {
    const keys = [...path, name];
    const { additionalProperties: named, items } = described;
    const inner = typeof named === 'object' && named.properties ? named : null;
    if (described.properties !== undefined) return knobsOf(described, keys);
    if (inner) return [knobOf(keys, described), ...knobsOf(inner, [...keys, 'NAME'])];
    if (items?.properties) return [knobOf(keys, described), ...knobsOf(items, [...path, `${name}[]`])];
    return [knobOf(keys, described)];
  });
}

function knobOf(keys: readonly string[], described: Described): Knob {
  const last = keys.at(-1) ?? '';
  return {
    key: keys.join('.'),
    type: typeOf(described),
    default: described.default === undefined ? '' : `${code(described.default)}${inWords(last, described.default)}`,
    meaning: described.description ?? last.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
  };
}

function typeOf({ type, enum: words, anyOf, items, properties }: Described): string {
  if (words) return words.join(', ');
  if (properties) return `{ ${Object.keys(properties).join(', ')} }`;
  if (anyOf)
    return anyOf
      .map(typeOf)
      .filter((name) => name !== 'null')
      .join(' or ');
  if (type === 'array') return `list of ${items ? typeOf(items) : 'values'}`;
  return typeof type === 'string' ? type : (type ?? ['any']).filter((name) => name !== 'null').join(' or ');
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

const MILLISECONDS: [number, string][] = [
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** `21600000` says little: ` = 6 h`. */
function inWords(key: string, value: unknown): string {
  if (typeof value !== 'number') return '';
  if (key.endsWith('Bytes')) return value >= 1_048_576 ? ` = ${value / 1_048_576} MiB` : ` = ${value / 1024} KiB`;
  const [size, unit] = MILLISECONDS.find(([ms]) => value >= ms) ?? [1, 'ms'];
  return key.endsWith('Ms') ? ` = ${value / size} ${unit}` : '';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/[|*]/g, '\\$&')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** As `npm run check` wants it, tables aligned. */
function formatted(text: string): string {
  const biome = `${root}node_modules/@biomejs/biome/bin/biome`;
  return execFileSync(process.execPath, [biome, 'format', '--stdin-file-path', 'docs/configuration.md'], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
}

function tables(): string {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input' }) as Described;
  const knobs = knobsOf(schema).map((knob) => [`\`${knob.key}\``, knob.type, knob.default, knob.meaning]);
  const names = ENVIRONMENT_NAMES.map((name) => [`\`${name}\``, `\`${environmentKey(name)}\``]);
  return [
    BEGIN,
    '## Environment names',
    table(['name', 'sets'], names),
    '## Every knob',
    table(['key', 'type', 'default', 'meaning'], knobs),
    END,
  ].join('\n\n');
}

const present = readFileSync(target, 'utf8');
const [before = ''] = present.split(BEGIN);
const wanted = formatted(`${before.trimEnd()}\n\n${tables()}\n`);
if (!process.argv.includes('--check')) {
  writeFileSync(target, wanted);
} else if (present !== wanted) {
  console.error('docs/configuration.md is not what src/config says. Run: npx node ops/configuration.ts');
  process.exitCode = 1;
}
