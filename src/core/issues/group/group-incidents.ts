import type { OriginOf } from '../application-frame.ts';
import { createFingerprinter, type Fingerprint } from '../fingerprint/v1.ts';
import { compareText } from '../fold/candidate.ts';
import type { FoldedIncident } from '../fold/fold.ts';
import type { UnderstandingLimits } from '../limits.ts';
import { createTemplateTree, type TemplateTree } from '../templates/index.ts';
import { IssueGroup } from './issue-group.ts';
import { sharesOf } from './lighten.ts';
import { errorTypeOf, titleOf } from './title.ts';

/** Hashes an issue is found by. */
const MAX_HASHES = 200;

/** What one service says without a stack: the cluster of each sentence, and the issue it belongs to. */
interface Sentences {
  tree: TemplateTree;
  groups: Map<number, IssueGroup>;
}

/**
 * Groups incidents into issues by the representative's fingerprint: `app` matches first, then `all`, else a new issue opens; each new
 * hash of a matching incident is added. Messages without a stack also meet by the cluster of their template. Traces that the log cut
 * meet by their outermost frames.
 */
export class IssueGrouping {
  readonly #originOf: OriginOf;
  readonly #limits: UnderstandingLimits;
  readonly #fingerprint: ReturnType<typeof createFingerprinter>;
  readonly #byHash = new Map<string, IssueGroup>();
  readonly #sentences = new Map<string, Sentences>();
  readonly #hashes = new Map<IssueGroup, number>();
  readonly #cut = new Map<IssueGroup, string[]>();
  /** Incidents whose issue is not told apart because of the bound. */
  ungrouped = 0;

  constructor(originOf: OriginOf, limits: UnderstandingLimits) {
    this.#originOf = originOf;
    this.#limits = limits;
    this.#fingerprint = createFingerprinter(originOf);
  }

  add(incident: FoldedIncident): void {
    const fingerprint = this.#fingerprint(incident.representative);
    const scope = `${incident.kind}\u0000${incident.representative.event.service ?? ''}\u0000`;
    const sentence = this.#sentenceOf(incident, fingerprint, scope);
    const known = this.#find(fingerprint, scope) ?? sentence?.group ?? null;
    if (!known && this.#hashes.size >= this.#limits.issues) {
      this.ungrouped++;
      return;
    }
    const group = known ?? this.#open(incident, fingerprint);
    this.#learn(group, fingerprint, scope);
    if (sentence && !sentence.group) sentence.groups.set(sentence.clusterId, group);
    group.add(incident);
  }

  get groups(): IssueGroup[] {
    return [...this.#hashes.keys()];
  }

  /** Lets go of what will not be kept of so many issues: called now and then, it keeps memory flat. */
  lighten(): void {
    const shares = sharesOf(
      this.groups.map(({ incidents }) => incidents.length),
      this.#limits,
    );
    for (const group of this.groups) group.lighten(shares);
  }

  /** Settles which sentences and which cut traces are one issue: call once, after the last incident. */
  finish(): void {
    this.#uniteSentences();
    this.#uniteCutTraces();
  }

  #uniteCutTraces(): void {
    const cut = [...this.#cut].sort(
      ([a, left], [b, right]) =>
        right.length - left.length || compareText(a.fingerprint.primary, b.fingerprint.primary),
    );
    cut.forEach(([group, frames], at) => {
      const longer = cut.slice(0, at).filter(([other, others]) => {
        return this.#hashes.has(other) && other.service === group.service && isPrefix(frames, others);
      });
      const only = longer[0]?.[0];
      if (longer.length !== 1 || !only) return;
      only.absorb(group);
      this.#hashes.delete(group);
    });
  }

  #find({ hashes }: Fingerprint, scope: string): IssueGroup | null {
    for (const hash of hashes) {
      const group = this.#byHash.get(scope + hash);
      if (group) return group;
    }
    return null;
  }

  #open(incident: FoldedIncident, fingerprint: Fingerprint): IssueGroup {
    const group = new IssueGroup({
      fingerprint,
      incident,
      title: titleOf(incident, this.#originOf),
      errorType: errorTypeOf(incident),
      limits: this.#limits,
    });
    this.#hashes.set(group, 0);
    const frames = cutFrames(incident);
    if (frames) this.#cut.set(group, frames);
    return group;
  }

  #learn(group: IssueGroup, { hashes }: Fingerprint, scope: string): void {
    for (const hash of hashes) {
      const count = this.#hashes.get(group) ?? 0;
      if (this.#byHash.has(scope + hash) || count >= MAX_HASHES) continue;
      this.#byHash.set(scope + hash, group);
      this.#hashes.set(group, count + 1);
    }
  }

  #sentenceOf({ representative }: FoldedIncident, { why }: Fingerprint, scope: string) {
    const { event } = representative;
    if (why.kind !== 'msg' || event.exceptions.length > 0 || event.template !== null) return null;
    if (why.template === null) return null;
    const sentences = this.#sentences.get(scope) ?? { tree: createTemplateTree(), groups: new Map() };
    this.#sentences.set(scope, sentences);
    const { clusterId } = sentences.tree.add(why.template);
    return { clusterId, groups: sentences.groups, group: sentences.groups.get(clusterId) ?? null };
  }

  /** Sentences that turned out to be one only after both had been met. */
  #uniteSentences(): void {
    for (const { tree, groups } of this.#sentences.values()) {
      for (const [clusterId, group] of [...groups].sort(([a], [b]) => a - b)) {
        const older = groups.get(tree.canonicalId(clusterId));
        if (!older || older === group || !this.#hashes.has(group) || !this.#hashes.has(older)) continue;
        older.absorb(group);
        this.#hashes.delete(group);
      }
    }
  }
}

/** The frames of a trace without its end, outermost first; null for a whole trace. */
function cutFrames({ representative: { event } }: FoldedIncident): string[] | null {
  const [exception] = event.exceptions;
  if (
    event.exceptions.length !== 1 ||
    !exception?.truncated ||
    exception.type !== null ||
    exception.frames.length === 0
  )
    return null;
  return exception.frames.map(({ file, function: name, line }) => `${file}\u0000${name}\u0000${line}`).reverse();
}

function isPrefix(frames: readonly string[], others: readonly string[]): boolean {
  return frames.every((frame, at) => others[at] === frame);
}
