import { createHistogram, type LogHistogram } from '../shared/index.ts';
import type { TemplateUse, TemplateVersion } from './definition.ts';

export interface UseCounts {
  count(
    version: Pick<TemplateVersion, 'namespace' | 'name' | 'version'>,
    use: { ms: number; hasFailed: boolean; at: number },
  ): void;
  /** What was counted since it was taken last: it is then no longer here. */
  take(): TemplateUse[];
  /** Gives back what could not be stored. */
  giveBack(uses: readonly TemplateUse[]): void;
}

interface Counted extends Omit<TemplateUse, 'durations'> {
  histogram: LogHistogram;
}

/** How often each version was used, until it is stored; as many entries as there are versions. */
export function createUseCounts(): UseCounts {
  let counted = new Map<string, Counted>();
  const entry = ({ namespace, name, version }: Pick<TemplateVersion, 'namespace' | 'name' | 'version'>): Counted => {
    const id = `${namespace}/${name}@${version}`;
    const known = counted.get(id);
    if (known) return known;
    const made = { namespace, name, version, renders: 0, failures: 0, lastUsedAt: 0, histogram: createHistogram() };
    counted.set(id, made);
    return made;
  };
  return {
    count(version, { ms, hasFailed, at }) {
      const one = entry(version);
      one.renders++;
      if (hasFailed) one.failures++;
      one.histogram.add(ms);
      one.lastUsedAt = Math.max(one.lastUsedAt, at);
    },
    take() {
      const taken = [...counted.values()].map(({ histogram, ...rest }) => ({ ...rest, durations: histogram.encode() }));
      counted = new Map();
      return taken;
    },
    giveBack(uses) {
      for (const use of uses) {
        const one = entry(use);
        one.renders += use.renders;
        one.failures += use.failures;
        one.histogram.merge(createHistogram(use.durations));
        one.lastUsedAt = Math.max(one.lastUsedAt, use.lastUsedAt);
      }
    },
  };
}
