export interface AskedMetric {
  name: string;
  /** Labels that its selector matches by. */
  labels: string[];
}

export interface AskedNames {
  metrics: AskedMetric[];
  /** Of `by (…)`: labels of the results. */
  by: string[];
}

const METRIC = /\b((?:guardian|memory_analysis|concept_recall|llm|process|nodejs)[a-z0-9_:]*|up)\b(\{[^{}]*\})?/g;

/** The metrics and labels that an expression of PromQL asks for: of those whose names begin as ours do. */
export function namesIn(expression: string): AskedNames {
  const plain = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const by = [...plain.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim()),
  );
  const withoutBy = plain.replace(/\bby \([^)]*\)/g, '');
  const metrics = [...withoutBy.matchAll(METRIC)].map(([, name = '', selector = '']) => ({
    name,
    labels: [...selector.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));
  return { metrics, by };
}
