import { templateFaults as english } from '../i18n/en/template-faults.ts';
import type { Place, TemplateNode } from './parse-template.ts';
import type { BlockOverrides } from './render-template.ts';
import type { TemplateWords } from './template-error.ts';

/** What a template may show: names of texts, lists of such, and parts within parts. */
export type TemplateShape = { readonly [name: string]: 'text' | TemplateShape | readonly [TemplateShape | 'text'] };

export interface TemplateProblem extends Place {
  message: string;
}

/** Names that the data of this template does not have, and those used for what they are not; empty: all is well. */
export function checkTemplate(
  nodes: readonly TemplateNode[],
  shape: TemplateShape,
  overrides: BlockOverrides = new Map(),
  words: TemplateWords = english,
): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  checkAll(nodes, [shape], { problems, overrides, words });
  return problems;
}

type Scope = TemplateShape | 'text';

interface Checking {
  problems: TemplateProblem[];
  overrides: BlockOverrides;
  words: TemplateWords;
}

function checkAll(nodes: readonly TemplateNode[], scopes: readonly Scope[], checking: Checking): void {
  for (const node of nodes) checkNode(node, scopes, checking);
}

function checkNode(node: TemplateNode, scopes: readonly Scope[], checking: Checking): void {
  if (node.kind === 'text') return;
  if (node.kind === 'block') {
    checkAll(checking.overrides.get(node.name) ?? node.content, scopes, checking);
    return;
  }
  const name = node.path.join('.') || '.';
  const found = lookUp(node.path, scopes);
  const tell = (message: string) => checking.problems.push({ ...node.at, message });
  if (found === undefined) tell(checking.words.notThere(name));
  if (node.kind === 'value') {
    if (found !== undefined && found !== 'text') tell(checking.words.noText(name));
    return;
  }
  if (node.kind === 'if') {
    checkAll(node.whenTrue, scopes, checking);
    checkAll(node.otherwise, scopes, checking);
    return;
  }
  checkAll(node.otherwise, scopes, checking);
  if (isList(found)) checkAll(node.each, [...scopes, found[0]], checking);
  else if (found !== undefined) tell(checking.words.noList(name));
}

type Found = 'text' | TemplateShape | readonly [TemplateShape | 'text'] | undefined;

function lookUp(path: readonly string[], scopes: readonly Scope[]): Found {
  if (path.length === 0) return scopes.at(-1);
  const [first, ...rest] = path;
  for (const scope of [...scopes].reverse()) {
    const found = partOf(scope, first!);
    if (found !== undefined) return rest.reduce<Found>((of, name) => partOf(of, name), found);
  }
  return undefined;
}

function partOf(of: Found, name: string): Found {
  if (of === undefined || of === 'text') return undefined;
  if (isList(of)) return /^\d{1,4}$/.test(name) ? of[0] : undefined;
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

function isList(found: Found): found is readonly [TemplateShape | 'text'] {
  return Array.isArray(found);
}
