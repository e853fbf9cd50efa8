import type { OriginOf } from '../application-frame.ts';
import type { FoldPlan, FoldStore, ServiceScope } from '../ports.ts';
import { createStackReader, StackIndex } from '../similar/index.ts';
import type { IssueDraft } from './issue-draft.ts';
import type { FolderKnobs } from './knobs.ts';

type ResemblanceKnobs = Pick<FolderKnobs, 'comparedIssues' | 'comparedOpenings'>;

/** Services whose issues' stacks are kept in memory, up to 4 MB each. */
const SERVICES = 16;

/** What new issues are compared with: the stacks of the newest issues of their service, read once. */
export class Resemblances {
  readonly #store: Pick<FoldStore, 'representatives'>;
  readonly #knobs: ResemblanceKnobs;
  readonly #stackOf: ReturnType<typeof createStackReader>;
  /** Least recently used service first. */
  readonly #services = new Map<string, StackIndex>();

  constructor(options: { store: Pick<FoldStore, 'representatives'>; originOf: OriginOf; knobs: ResemblanceKnobs }) {
    this.#store = options.store;
    this.#knobs = options.knobs;
    this.#stackOf = createStackReader(options.originOf);
  }

  /** For the issues that a plan opens. They are known from now on. */
  async suggest(drafts: ReadonlyMap<string, IssueDraft>, at: number): Promise<FoldPlan['suggestions']> {
    const found: FoldPlan['suggestions'] = [];
    let compared = 0;
    for (const { id, known, first, scope } of drafts.values()) {
      if (known !== null || first === null) continue;
      const stack = this.#stackOf(id, first.representative.event);
      if (stack === null) continue;
      const isCompared = compared++ < this.#knobs.comparedOpenings;
      const others = isCompared ? await this.#load(scope) : this.#services.get(keyOf(scope));
      if (!others) continue;
      if (isCompared) found.push(...others.suggest(stack).map((suggestion) => ({ ...suggestion, at })));
      others.add(stack);
      // Read again when it is needed, without the oldest.
      if (others.size > 2 * this.#knobs.comparedIssues) this.#services.delete(keyOf(scope));
    }
    return found;
  }

  /** What was opened since the last plan is not known to the store: all is read again. */
  forget(): void {
    this.#services.clear();
  }

  async #load(scope: ServiceScope): Promise<StackIndex> {
    const key = keyOf(scope);
    const known = this.#services.get(key);
    this.#services.delete(key);
    const index = known ?? (await this.#read(scope));
    this.#services.set(key, index);
    const [oldest] = this.#services.keys();
    if (this.#services.size > SERVICES && oldest !== undefined) this.#services.delete(oldest);
    return index;
  }

  async #read(scope: ServiceScope): Promise<StackIndex> {
    const found = await this.#store.representatives(scope, this.#knobs.comparedIssues);
    return new StackIndex(
      found.map(({ issueId, event }) => this.#stackOf(issueId, event)).filter((stack) => stack !== null),
    );
  }
}

function keyOf({ projectId, service }: ServiceScope): string {
  return `${projectId}\u0000${service}`;
}
