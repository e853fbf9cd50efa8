import type { FoldStore, ServiceScope } from '../ports.ts';
import { createTemplateTree, DEFAULT_TEMPLATE_TREE, type TemplateTree } from '../templates/index.ts';
import type { FolderKnobs } from './knobs.ts';

interface ServiceSentences {
  tree: TemplateTree;
  /** By cluster: the hash of the first template that was met in it. */
  hashes: Map<number, string>;
}

/**
 * What a service says without a stack, as its issues know it: each template once, so that the tree is the same after a restart. How often
 * a line came is therefore unknown here, and a plain word is only taken for a value where many different ones were seen.
 */
export class Sentences {
  readonly #store: Pick<FoldStore, 'templates'>;
  readonly #knobs: Pick<FolderKnobs, 'sentenceServices' | 'templates'>;
  /** Least recently used first. */
  readonly #services = new Map<string, ServiceSentences>();

  constructor(store: Pick<FoldStore, 'templates'>, knobs: Pick<FolderKnobs, 'sentenceServices' | 'templates'>) {
    this.#store = store;
    this.#knobs = knobs;
  }

  /** Must be called before `meet` for that service. */
  async load(scope: ServiceScope): Promise<void> {
    const key = keyOf(scope);
    const known = this.#services.get(key);
    this.#services.delete(key);
    if (known) {
      this.#services.set(key, known);
      return;
    }
    const sentences = emptySentences(this.#knobs.templates);
    for (const { template, hash } of await this.#store.templates(scope, this.#knobs.templates))
      learn(sentences, template, hash);
    this.#services.set(key, sentences);
    for (const oldest of this.#services.keys()) {
      if (this.#services.size <= this.#knobs.sentenceServices) break;
      this.#services.delete(oldest);
    }
  }

  /** The first hash that says the same, which is its own when none did before. The template is known from now on. */
  meet(scope: ServiceScope, template: string, hash: string): string {
    const sentences = this.#services.get(keyOf(scope));
    return sentences ? learn(sentences, template, hash) : hash;
  }

  /** What was met since the last plan is not known to the store: it is read again. */
  forget(): void {
    this.#services.clear();
  }
}

function emptySentences(maxClusters: number): ServiceSentences {
  const { values } = DEFAULT_TEMPLATE_TREE;
  const word = { few: values.word.many, many: values.word.many };
  return { tree: createTemplateTree({ maxClusters, values: { ...values, word } }), hashes: new Map() };
}

/** Gives the first hash of its cluster, which is its own when it is the first. */
function learn({ tree, hashes }: ServiceSentences, template: string, hash: string): string {
  const { clusterId } = tree.add(template);
  const known = hashes.get(clusterId);
  if (known !== undefined) return known;
  hashes.set(clusterId, hash);
  return hash;
}

function keyOf({ projectId, service }: ServiceScope): string {
  return `${projectId}\u0000${service}`;
}
