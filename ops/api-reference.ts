import { fileURLToPath } from 'node:url';
import { ask, openTestServer } from '../src/server/server-fixtures.ts';
import { writeOrCheck } from './write-or-check.ts';

/**
 * Writes docs/api-reference.md: every path of the OpenAPI document that a server gives (`/api/openapi.json`), with who may ask, what it takes and
 * what it answers. With `--check` it writes nothing and ends with 1 when the page says anything else.
 */

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  description?: string;
  default?: unknown;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface Operation {
  tags: string[];
  summary: string;
  'x-needs': string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

interface Described {
  method: string;
  path: string;
  operation: Operation;
}

const NEEDS: Readonly<Record<string, string>> = {
  none: 'nothing',
  read: 'scope `read`',
  write: 'scope `write`',
  operate: 'somebody signed in who may write, or a key of scope `admin`',
  admin: 'scope `admin`',
  send: 'an ingest key for services, or scope `write`',
  'ingest key': 'an ingest key',
};

const LONGEST_LINE = 120;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** A schema as TypeScript would write it: on one line where that fits, else a property a line. */
function typeOf(schema: Schema, indent = ''): string {
  const { enum: values, anyOf, oneOf, allOf, type } = schema;
  if (schema.const !== undefined) return literal(schema.const);
  if (values !== undefined) return values.map(literal).join(' | ');
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return [...new Set(choices.map((one) => typeOf(one, indent)))].join(' | ');
  if (allOf !== undefined) return allOf.map((one) => typeOf(one, indent)).join(' & ');
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one }, indent)).join(' | ');
  if (type === 'array') return arrayOf(schema, indent);
  if (type === 'object' || schema.properties !== undefined) return objectOf(schema, indent);
  if (type === 'integer' || type === 'number') return 'number';
  return type ?? 'unknown';
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function arrayOf({ items, prefixItems }: Schema, indent: string): string {
  if (prefixItems !== undefined) return `[${prefixItems.map((one) => typeOf(one, indent)).join(', ')}]`;
  const of = typeOf(items ?? {}, indent);
  return / [|&] /.test(of) && !/^[{[(]/.test(of) ? `(${of})[]` : `${of}[]`;
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const key = IDENTIFIER.test(name) ? name : literal(name);
    return `${key}${required.includes(name) ? '' : '?'}: ${typeOf(schema, inner)}`;
  });
  if (typeof additionalProperties === 'object') lines.push(`[name: string]: ${typeOf(additionalProperties, inner)}`);
  if (lines.length === 0) return '{}';
  const short = `{ ${lines.join('; ')} }`;
  if (!short.includes('\n') && short.length + indent.length < LONGEST_LINE) return short;
  return `{\n${lines.map((line) => `${inner}${line};`).join('\n')}\n${indent}}`;
}

/** Of a table's cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function parameterTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: place, required, schema = {}, description }) => {
    const byDefault = schema.default === undefined ? '' : `\`${cell(JSON.stringify(schema.default))}\``;
    const type = `\`${cell(typeOf(schema))}\`${required ? ', needed' : ''}`;
    return `| \`${name}\` | ${place} | ${type} | ${byDefault} | ${cell(description ?? schema.description ?? '')} |`;
  });
  return ['| name | in | type | default | meaning |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** Bodies by media type; a type without a schema is only named. */
function bodies(title: string, content: Content): string[] {
  return Object.entries(content).map(([media, { schema }]) => {
    const shape = schema === undefined ? 'unknown' : typeOf(schema);
    const isTold = shape !== 'unknown' && shape !== 'string';
    return isTold ? `${title}, \`${media}\`:\n\n\`\`\`ts\n${shape}\n\`\`\`` : `${title}: \`${media}\`.`;
  });
}

function section({ method, path, operation }: Described): string {
  const { summary, parameters = [], requestBody, responses } = operation;
  const answers = Object.entries(responses).filter(([status]) => status !== 'default');
  return [
    `### ${method.toUpperCase()} ${path}`,
    `${summary}${/[.?!]$/.test(summary) ? '' : '.'} Needs ${NEEDS[operation['x-needs']] ?? operation['x-needs']}.`,
    ...(parameters.length > 0 ? [parameterTable(parameters)] : []),
    ...bodies('Takes', requestBody?.content ?? {}),
    ...answers.flatMap(([status, { content }]) => bodies(`Answers ${status}`, content ?? {})),
  ].join('\n\n');
}

function page(paths: Readonly<Record<string, Record<string, Operation>>>): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Described => ({ method, path, operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags[0]!))].sort();
  return [
    '# API reference',
    'Every path a server has, with who may ask, what it takes and what it answers. Made from the OpenAPI document (`/api/openapi.json`) by `ops/api-reference.ts`; do not edit. ' +
      'How to ask, errors, pages, instants: [api.md](api.md). Scopes and keys: [operations.md](operations.md#users-and-keys). Every path may also answer with a problem (RFC 9457) instead.',
    ...tags.flatMap((tag) => [
      `## ${tag}`,
      ...operations.filter(({ operation }) => operation.tags[0] === tag).map(section),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

const server = await openTestServer();
try {
  const { paths } = (await (await ask(server, '/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const folder = fileURLToPath(new URL('../docs', import.meta.url));
  writeOrCheck(folder, { 'api-reference.md': page(paths) }, 'ops/api-reference.ts');
} finally {
  await server.close();
}
