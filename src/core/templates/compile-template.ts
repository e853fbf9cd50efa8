import {
  checkTemplate,
  parseTemplate,
  renderTemplate,
  TemplateError,
  type TemplateFile,
  type TemplateFormat,
  type TemplateNode,
  type TemplateWords,
} from '../shared/index.ts';
import type { TemplateDefinition, TemplateFault } from './definition.ts';

/** A template with everything it extends, ready to be filled. */
export interface CompiledTemplate {
  definition: TemplateDefinition;
  parts: ReadonlyMap<string, CompiledPart>;
}

interface CompiledPart {
  format: TemplateFormat;
  nodes: readonly TemplateNode[];
  /** Blocks that were given anew by those that extend it; the last word is the youngest's. */
  overrides: ReadonlyMap<string, readonly TemplateNode[]>;
  /** Where its text begins in the file that gave it last. */
  line: number;
}

/**
 * A part of a template that extends another is either blocks alone, which take the place of those of the same name, or anything else,
 * which takes the place of the whole part. Parts that it does not give are those of the one it extends.
 */
export function compileTemplate(
  file: TemplateFile,
  {
    definition,
    parent,
    words,
  }: { definition: TemplateDefinition; parent: CompiledTemplate | null; words: TemplateWords },
): { compiled: CompiledTemplate; faults: TemplateFault[] } {
  const parts = new Map(parent?.parts ?? []);
  const faults: TemplateFault[] = [];
  for (const [name, { source, line }] of file.parts) {
    const format = Object.hasOwn(definition.parts, name) ? definition.parts[name]! : null;
    if (format === null) {
      const known = Object.keys(definition.parts).join(', ');
      faults.push({ path: words.line(line - 1), message: words.unknownPart(name, known) });
      continue;
    }
    try {
      parts.set(name, compilePart({ nodes: parseTemplate(source), format, line }, parts.get(name) ?? null));
    } catch (thrown) {
      faults.push(faultOf(thrown, words, { part: name, firstLine: line }));
    }
  }
  for (const name of Object.keys(definition.parts))
    if (!parts.has(name) && !faults.some(({ path }) => path.startsWith(name)))
      faults.push({ path: name, message: words.missingPart(name) });
  const compiled = { definition, parts };
  return { compiled, faults: faults.length > 0 ? faults : checkParts(compiled, words) };
}

function compilePart(own: Pick<CompiledPart, 'nodes' | 'format' | 'line'>, parent: CompiledPart | null): CompiledPart {
  const { nodes } = own;
  const isBlocks =
    nodes.some(({ kind }) => kind === 'block') &&
    nodes.every((node) => node.kind === 'block' || (node.kind === 'text' && node.text.trim() === ''));
  if (parent === null || !isBlocks) return { ...own, overrides: new Map() };
  const overrides = new Map(parent.overrides);
  const known = new Set([parent.nodes, ...parent.overrides.values()].flatMap((one) => [...blocksOf(one)]));
  for (const node of nodes) {
    if (node.kind !== 'block') continue;
    if (!known.has(node.name)) throw new TemplateError(({ noBlock }) => noBlock(node.name), node.at);
    overrides.set(node.name, node.content);
  }
  return { ...own, nodes: parent.nodes, overrides };
}

function checkParts({ definition, parts }: CompiledTemplate, words: TemplateWords): TemplateFault[] {
  return [...parts].flatMap(([name, { nodes, overrides, line }]): TemplateFault[] => {
    try {
      refuseCircles(nodes, overrides);
    } catch (thrown) {
      return [faultOf(thrown, words, { part: name, firstLine: line })];
    }
    return checkTemplate(nodes, definition.shape, overrides, words).map((problem) => ({
      path: words.lineOf(name, line + problem.line - 1),
      message: problem.message,
    }));
  });
}

function* blocksOf(nodes: readonly TemplateNode[]): Generator<string> {
  for (const node of nodes) {
    if (node.kind === 'block') yield node.name;
    yield* blocksOf(childrenOf(node));
  }
}

/** Nodes that are gone through before it is refused: blocks within blocks multiply. */
const MOST_STEPS = 50_000;

/** A block that stands within itself would never end. */
function refuseCircles(nodes: readonly TemplateNode[], overrides: CompiledPart['overrides']): void {
  let steps = 0;
  const visit = (all: readonly TemplateNode[], inside: readonly string[]): void => {
    for (const node of all) {
      if (node.kind === 'text') continue;
      if (++steps > MOST_STEPS) throw new TemplateError(({ blockSteps }) => blockSteps, node.at);
      if (node.kind !== 'block') {
        visit(childrenOf(node), inside);
        continue;
      }
      if (inside.includes(node.name)) throw new TemplateError(({ blockInItself }) => blockInItself(node.name), node.at);
      visit(overrides.get(node.name) ?? node.content, [...inside, node.name]);
    }
  };
  visit(nodes, []);
}

function childrenOf(node: TemplateNode): readonly TemplateNode[] {
  switch (node.kind) {
    case 'if':
      return [...node.whenTrue, ...node.otherwise];
    case 'each':
      return [...node.each, ...node.otherwise];
    case 'block':
      return node.content;
    default:
      return [];
  }
}

/** One part, filled. Throws `TemplateError`. */
export function fillPart(
  { parts, definition }: CompiledTemplate,
  name: string,
  data: Readonly<Record<string, unknown>>,
): string {
  const part = parts.get(name);
  if (!part) throw new TemplateError(({ noPart }) => noPart(name), { line: 1, column: 1 });
  const bounds = definition.mostCharacters === undefined ? {} : { output: definition.mostCharacters };
  return renderTemplate(part.nodes, data, { format: part.format, overrides: part.overrides, bounds });
}

/** Every part on the sample of the definition, in both languages; empty: it can be used. */
export function tryOnSample(compiled: CompiledTemplate, words: TemplateWords): TemplateFault[] {
  const { definition, parts } = compiled;
  const faults: TemplateFault[] = [];
  for (const language of ['en', 'fr'] as const) {
    const data = definition.sample(language);
    for (const [name, { line }] of parts) {
      try {
        const refusal = definition.refuse?.(name, fillPart(compiled, name, data), words) ?? null;
        if (refusal !== null) faults.push({ path: name, message: refusal });
      } catch (thrown) {
        faults.push(faultOf(thrown, words, { part: name, firstLine: line }));
      }
    }
    if (faults.length > 0) break;
  }
  return faults;
}

/** What was thrown by the language of templates, with its place in the file; anything else is thrown on. */
export function faultOf(
  thrown: unknown,
  words: TemplateWords,
  { part = null, firstLine = 1 }: { part?: string | null; firstLine?: number } = {},
): TemplateFault {
  if (!(thrown instanceof TemplateError)) throw thrown;
  const line = firstLine + thrown.line - 1;
  return { path: part === null ? words.line(line) : words.lineOf(part, line), message: thrown.inWords(words) };
}
