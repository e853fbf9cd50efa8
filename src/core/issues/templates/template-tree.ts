import { type Generalisation, generalisationsOf } from './generalise.ts';
import { maskMessage } from './mask-message.ts';
import { hashText, keyOfSequence } from './sequence-hash.ts';
import { DEFAULT_TEMPLATE_TREE, type TemplateTreeOptions } from './template-tree-options.ts';
import { ANY, type Token, tokenize } from './tokenize.ts';
import type { ValueLikelihood } from './value-likelihood.ts';

/**
 * Groups messages by the sentence they were printed from, one line at a time.
 *
 * A message is masked and cut into tokens; lines with the same words and variables in the same places have one **shape**,
 * found by one look-up. A new shape is also filed under each sentence it could be an instance of: itself with a word, or all
 * its name-like words, taken for a value (`generalise.ts`). Such a **family** becomes one cluster as soon as there is
 * evidence that the place holds values: the shape with a variable there occurs itself, or enough different words were seen
 * there; how many that takes depends on how much a word looks like a value by its form and neighbours. So a sentence that
 * exists in two or three variants on purpose (started, stopped) stays apart, and names that vary do not.
 *
 * Guarantees: deterministic in the order of the lines; memory bounded by the options; no message throws; a cluster's id
 * never changes when a word of its template becomes `<*>`. When two clusters turn out to be one, the older id lives on, and
 * `canonicalId` maps the younger to it.
 *
 * The idea of fixed-depth look-up and of wildcards by number of children is that of Drain (He et al., ICWS 2017); a plain
 * Drain's similarity threshold was tried first and joins short sentences that differ in the one word that matters.
 */
export interface TemplateTree {
  /** Finds or opens the cluster of a message. */
  add(message: string): { clusterId: number; template: string };
  /** The id that a cluster has by now: its own, or that of the older cluster it was found to be the same as. */
  canonicalId(clusterId: number): number;
  /** Shapes that were forgotten because `maxClusters` was reached. */
  readonly forgotten: number;
}

interface Shape {
  clusterId: number;
  lines: number;
  /** As first seen; a variable whose kind differs between lines, and a word found to be a value, are `<*>`. */
  tokens: Token[];
  template: string | null;
}

interface Family {
  shapes: Shape[];
  /** How many of the shapes have a word of this likelihood at the open place. */
  votes: Record<ValueLikelihood, number>;
  /** Set once the family is one cluster: the shape of the sentence with the variable. */
  sentence: Shape | null;
}

export function createTemplateTree(options: Partial<TemplateTreeOptions> = {}): TemplateTree {
  return new ShapeIndex({ ...DEFAULT_TEMPLATE_TREE, ...options });
}

class ShapeIndex implements TemplateTree {
  forgotten = 0;
  private readonly options: TemplateTreeOptions;
  /** Least recently seen first. */
  private readonly shapes = new Map<number, Shape>();
  private readonly families = new Map<number, Family>();
  private readonly survivors = new Map<number, number>();
  private lastId = 0;

  constructor(options: TemplateTreeOptions) {
    this.options = options;
  }

  add(message: string): { clusterId: number; template: string } {
    const tokens = tokenize(maskMessage(message));
    const shape = this.seen(tokens) ?? this.open(tokens, null);
    return { clusterId: this.canonicalId(shape.clusterId), template: templateOf(shape) };
  }

  canonicalId(clusterId: number): number {
    let id = clusterId;
    for (let next = this.survivors.get(id); next !== undefined; next = this.survivors.get(id)) id = next;
    return id;
  }

  private seen(tokens: readonly Token[]): Shape | null {
    const key = keyOf(tokens);
    const shape = this.shapes.get(key);
    if (!shape) return null;
    this.shapes.delete(key);
    this.shapes.set(key, shape);
    shape.lines++;
    absorbKinds(shape, tokens);
    return shape;
  }

  /** Files a new shape, or counts it for the sentence that it is known to be an instance of. */
  private open(tokens: Token[], clusterId: number | null): Shape {
    const key = keyOf(tokens);
    const generalisations = generalisationsOf(tokens);
    const known = clusterId === null ? this.knownSentence(generalisations) : null;
    if (known) {
      known.lines++;
      absorbKinds(known, tokens);
      return known;
    }
    const shape: Shape = {
      clusterId: clusterId ?? ++this.lastId,
      lines: clusterId === null ? 1 : 0,
      tokens,
      template: null,
    };
    this.shapes.set(key, shape);
    const waiting = this.families.get(key);
    if (waiting) this.unite(waiting, shape);
    for (const generalisation of generalisations) this.file(shape, generalisation);
    this.forget();
    return shape;
  }

  private knownSentence(generalisations: readonly Generalisation[]): Shape | null {
    for (const { key } of generalisations) {
      const sentence = this.families.get(key)?.sentence;
      if (sentence) return sentence;
    }
    return null;
  }

  private file(shape: Shape, { key, likelihood, tokens }: Generalisation): void {
    const family = this.families.get(key) ?? {
      shapes: [],
      votes: { sure: 0, likely: 0, word: 0, first: 0, event: 0, never: 0 },
      sentence: null,
    };
    this.families.set(key, family);
    family.shapes.push(shape);
    family.votes[likelihood]++;
    const sentence = family.sentence ?? this.shapes.get(key);
    if (sentence) {
      this.unite(family, sentence);
    } else if (this.isValue(family)) {
      const copies = tokens().map((token) => ({ ...token }));
      this.unite(family, this.open(copies, this.canonicalId(family.shapes[0]?.clusterId ?? shape.clusterId)));
    }
  }

  /** Whether enough different words were seen at the open place; a word counts for its own likelihood and the lesser ones. */
  private isValue({ shapes, votes }: Family): boolean {
    if (shapes.length >= this.options.maxChildren) return true;
    const lines = shapes.reduce((sum, shape) => sum + shape.lines, 0);
    let words = 0;
    for (const likelihood of SUREST_FIRST) {
      words += votes[likelihood];
      const { few, many } = this.options.values[likelihood];
      if (words >= many || (words >= few && lines <= shapes.length * this.options.linesPerValue)) return true;
    }
    return false;
  }

  private unite(family: Family, sentence: Shape): void {
    family.sentence = sentence;
    for (const shape of family.shapes) this.merge(shape.clusterId, sentence.clusterId);
    family.shapes = [];
  }

  private merge(one: number, other: number): void {
    const a = this.canonicalId(one);
    const b = this.canonicalId(other);
    if (a !== b) this.survivors.set(Math.max(a, b), Math.min(a, b));
  }

  private forget(): void {
    for (const [key] of this.shapes) {
      if (this.shapes.size <= this.options.maxClusters) break;
      this.shapes.delete(key);
      this.forgotten++;
    }
    dropOldest(this.families, this.options.maxClusters * FAMILIES_PER_CLUSTER);
    dropOldest(this.survivors, this.options.maxClusters * FAMILIES_PER_CLUSTER);
  }
}

/** Places of a message that may be values, on average, with room to spare. */
const FAMILIES_PER_CLUSTER = 16;
const SUREST_FIRST = ['sure', 'likely', 'word', 'first'] as const;
const ANY_HASH = hashText(ANY);

/** How far a map may grow past its bound: dropping in batches costs less than one by one. */
const SLACK = 1.05;

function dropOldest(map: Map<number, unknown>, limit: number): void {
  if (map.size <= limit * SLACK) return;
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}

function keyOf(tokens: readonly Token[]): number {
  return keyOfSequence(tokens.map((token) => (token.kind === 'variable' ? ANY_HASH : hashText(token.text))));
}

function absorbKinds(shape: Shape, tokens: readonly Token[]): void {
  if (shape.tokens.length !== tokens.length) return;
  for (const [index, token] of shape.tokens.entries()) {
    if (token.kind !== 'variable' || token.text === ANY || token.text === tokens[index]?.text) continue;
    token.text = ANY;
    shape.template = null;
  }
}

function templateOf(shape: Shape): string {
  shape.template ??= shape.tokens
    .map(({ text, spaced }) => (spaced ? ` ${text}` : text))
    .join('')
    .trimStart();
  return shape.template;
}
