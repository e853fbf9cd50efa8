import { compareText } from '../fold/candidate.ts';
import type { Noise } from '../incident.ts';
import type { NoiseVerdict } from './judge-noise.ts';

interface Group {
  reason: NoiseVerdict['reason'];
  entries: number;
  paths: Set<string>;
  example: string;
}

/** Counts probes by reason and by who sent them. */
export class NoiseTally {
  readonly #groups = new Map<string, Group>();
  readonly #limit: number;
  #entries = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add({ reason, who, path }: NoiseVerdict, entries: number): void {
    this.#entries += entries;
    // Beyond the bound, those of one reason count together.
    const key = this.#groups.size < this.#limit ? `${reason} ${who}` : reason;
    const group = this.#groups.get(key) ?? { reason, entries: 0, paths: new Set<string>(), example: path };
    group.entries += entries;
    if (group.paths.size < this.#limit) group.paths.add(path);
    if (compareText(path, group.example) < 0) group.example = path;
    this.#groups.set(key, group);
  }

  /** Most entries first. */
  result(): Noise {
    const groups = [...this.#groups.values()]
      .map(({ reason, entries, paths, example }) => ({ reason, entries, paths: paths.size, example }))
      .sort((a, b) => b.entries - a.entries || compareText(a.reason, b.reason) || compareText(a.example, b.example));
    return { entries: this.#entries, groups };
  }
}
