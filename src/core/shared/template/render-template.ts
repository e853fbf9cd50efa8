import { escapeFor, Fragment, type TemplateFormat } from './escape.ts';
import type { Place, TemplateNode } from './parse-template.ts';
import { TemplateError } from './template-error.ts';

export interface RenderBounds {
  /** Characters. */
  output: number;
  /** Nodes that are gone through: lists within lists multiply. */
  steps: number;
}

const DEFAULT_RENDER_BOUNDS: RenderBounds = { output: 512 * 1024, steps: 200_000 };

/** Blocks that a template which extends this one gives anew, by name. */
export type BlockOverrides = ReadonlyMap<string, readonly TemplateNode[]>;

interface Rendering {
  format: TemplateFormat;
  overrides: BlockOverrides;
  bounds: RenderBounds;
  output: string[];
  length: number;
  steps: number;
}

/**
 * Fills a template. Only own values of plain objects and lists are reached; a value that is not there shows nothing. Throws `TemplateError`
 * past a bound, and for a value that is an object or a list where a text is shown.
 */
export function renderTemplate(
  nodes: readonly TemplateNode[],
  data: Readonly<Record<string, unknown>>,
  options: { format: TemplateFormat; overrides?: BlockOverrides; bounds?: Partial<RenderBounds> },
): string {
  const rendering: Rendering = {
    format: options.format,
    overrides: options.overrides ?? new Map(),
    bounds: { ...DEFAULT_RENDER_BOUNDS, ...options.bounds },
    output: [],
    length: 0,
    steps: 0,
  };
  renderAll(nodes, [data], rendering);
  return rendering.output.join('');
}

/** Innermost last: names are looked for from there outwards. */
type Scopes = readonly unknown[];

function renderAll(nodes: readonly TemplateNode[], scopes: Scopes, rendering: Rendering): void {
  for (const node of nodes) renderNode(node, scopes, rendering);
}

const NOWHERE: Place = { line: 1, column: 1 };

function renderNode(node: TemplateNode, scopes: Scopes, rendering: Rendering): void {
  const at = node.kind === 'text' ? NOWHERE : node.at;
  if (++rendering.steps > rendering.bounds.steps) throw new TemplateError(({ tooManySteps }) => tooManySteps, at);
  switch (node.kind) {
    case 'text':
      write(node.text, at, rendering);
      break;
    case 'value':
      write(shown(lookUp(node.path, scopes), node, rendering.format), at, rendering);
      break;
    case 'if':
      renderAll(isThere(lookUp(node.path, scopes)) ? node.whenTrue : node.otherwise, scopes, rendering);
      break;
    case 'each':
      renderEach(node, scopes, rendering);
      break;
    case 'block':
      renderAll(rendering.overrides.get(node.name) ?? node.content, scopes, rendering);
      break;
    default:
      node satisfies never;
  }
}

type Each = Extract<TemplateNode, { kind: 'each' }>;

function renderEach({ path, each, otherwise }: Each, scopes: Scopes, rendering: Rendering): void {
  const items = lookUp(path, scopes);
  if (!Array.isArray(items) || items.length === 0) renderAll(otherwise, scopes, rendering);
  else for (const item of items) renderAll(each, [...scopes, item], rendering);
}

function write(text: string, at: Place, rendering: Rendering): void {
  rendering.length += text.length;
  if (rendering.length > rendering.bounds.output)
    throw new TemplateError(({ tooLong }) => tooLong(rendering.bounds.output), at);
  rendering.output.push(text);
}

function shown(value: unknown, { path, at }: { path: readonly string[]; at: Place }, format: TemplateFormat): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Fragment) return value.format === format ? value.text : escapeFor(format, value.text);
  if (typeof value === 'string') return escapeFor(format, value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw new TemplateError(({ noText }) => noText(path.join('.') || '.'), at);
}

function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Fragment) return value.text !== '';
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

function lookUp(path: readonly string[], scopes: Scopes): unknown {
  if (path.length === 0) return scopes.at(-1);
  const [first, ...rest] = path;
  for (let index = scopes.length - 1; index >= 0; index--) {
    if (!has(scopes[index], first!)) continue;
    return rest.reduce(part, part(scopes[index], first!));
  }
  return undefined;
}

function has(of: unknown, name: string): boolean {
  if (typeof of !== 'object' || of === null || of instanceof Fragment) return false;
  return Object.hasOwn(of, name) && (!Array.isArray(of) || /^\d+$/.test(name));
}

function part(of: unknown, name: string): unknown {
  return has(of, name) ? (of as Record<string, unknown>)[name] : undefined;
}
