import type { Alert, AlertChange, LookState, Observation } from './alert.ts';
import type {
  AlertFilter,
  AlertOutboxEntry,
  AlertReader,
  AlertStore,
  AlertWrite,
  DecideObservation,
  Measurement,
  MeasurementStore,
  PostedText,
  TextStore,
} from './ports.ts';

interface Tables {
  alerts: Map<string, Alert>;
  looks: Map<string, LookState>;
  changes: AlertChange[];
  outbox: AlertOutboxEntry[];
  measurements: Map<string, Measurement>;
  texts: Map<string, PostedText>;
}

/** Alerts in memory that keep what the databases keep: transactions, one row for a key, rows that come back as copies. */
export interface MemoryAlertStore extends AlertStore, AlertReader {
  measurements: MeasurementStore;
  texts: TextStore;
  readonly tables: Readonly<Tables>;
  /** Transactions that wrote. */
  readonly transactions: number;
  /** The next transaction fails: before anything is kept, or after all of it is (an answer that got lost). */
  failNext(when: 'before' | 'after'): void;
}

const STATES: readonly Alert['state'][] = ['firing', 'acknowledged', 'resolved'];

export function createMemoryAlertStore(): MemoryAlertStore {
  let tables: Tables = {
    alerts: new Map(),
    looks: new Map(),
    changes: [],
    outbox: [],
    measurements: new Map(),
    texts: new Map(),
  };
  let number = 0;
  let transactions = 0;
  let failure: 'before' | 'after' | null = null;

  /** All or nothing: what is written stands in a copy until the end. */
  const transact = async <T>(work: (draft: Tables) => T): Promise<T> => {
    await Promise.resolve();
    const when = failure;
    failure = null;
    const draft = structuredClone(tables);
    const result = work(draft);
    if (when === 'before') throw new Error('the database is away');
    tables = draft;
    transactions += 1;
    if (when === 'after') throw new Error('the answer got lost');
    return structuredClone(result);
  };

  const write = (draft: Tables, { alert, look, changes, outbox }: AlertWrite): Alert | null => {
    if (look) draft.looks.set(look.dedupeKey, look);
    draft.changes.push(...changes);
    draft.outbox.push(...outbox);
    if (!alert) return null;
    const other = [...draft.alerts.values()].find(({ dedupeKey }) => dedupeKey === alert.dedupeKey);
    if (other && other.id !== alert.id) throw new Error(`unique: ${alert.dedupeKey}`);
    const kept = alert.number === 0 ? { ...alert, number: ++number } : alert;
    draft.alerts.set(kept.id, kept);
    return kept;
  };

  const observeIn = (draft: Tables, observations: readonly Observation[], decide: DecideObservation): Alert[] => {
    const written = new Map<string, Alert>();
    for (const observation of observations) {
      const { dedupeKey } = observation;
      const alert = [...draft.alerts.values()].find((one) => one.dedupeKey === dedupeKey) ?? null;
      const look = draft.looks.get(dedupeKey) ?? null;
      const kept = write(draft, decide(observation, structuredClone(alert), structuredClone(look)));
      if (kept) written.set(kept.id, kept);
    }
    return [...written.values()];
  };

  const addText = (draft: Tables, text: PostedText): boolean => {
    const key = `${text.projectId} ${text.id}`;
    const known = draft.texts.get(key);
    draft.texts.set(key, { ...(known ?? text), types: [...new Set([...(known?.types ?? []), ...text.types])] });
    return known === undefined;
  };
  const seriesKey = ({ projectId, name, subject }: Measurement) => `${projectId} ${name} ${subject.kind}/${subject.id}`;
  const addMeasurement = (draft: Tables, measurement: Measurement): boolean => {
    const key = `${seriesKey(measurement)} ${measurement.at}`;
    if (draft.measurements.has(key)) return false;
    draft.measurements.set(key, measurement);
    return true;
  };

  return {
    observe: (observations, decide) => transact((draft) => observeIn(draft, observations, decide)),
    post: ({ measurements, texts }, observations, decide) =>
      transact((draft) => ({
        newMeasurements: measurements.filter((one) => addMeasurement(draft, one)).length,
        newTexts: texts.filter((one) => addText(draft, one)).length,
        alerts: observeIn(draft, observations, decide),
      })),
    change: (ids, decide) =>
      transact((draft) =>
        ids.flatMap((id) => {
          const alert = draft.alerts.get(id);
          if (!alert) return [];
          return write(draft, decide(structuredClone(alert))) ?? alert;
        }),
      ),
    due: async (at, limit) =>
      structuredClone(
        [...tables.alerts.values()]
          .filter(({ nextSendAt }) => nextSendAt !== null && nextSendAt <= at)
          .toSorted((a, b) => a.nextSendAt! - b.nextSendAt!)
          .slice(0, limit),
      ),
    get: async (id) => structuredClone(tables.alerts.get(id) ?? null),
    list: async (filter, { cursor, limit }) => {
      const all = [...tables.alerts.values()]
        .filter((alert) => fits(alert, filter))
        .toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || b.lastSeen - a.lastSeen);
      const from = Number(cursor ?? 0);
      const items = structuredClone(all.slice(from, from + limit));
      return { items, nextCursor: from + limit < all.length ? String(from + limit) : null };
    },
    counts: async (filter) => {
      const counts = { firing: 0, acknowledged: 0, resolved: 0 };
      for (const alert of tables.alerts.values()) if (fits(alert, filter)) counts[alert.state] += 1;
      return counts;
    },
    changes: async (alertId) => structuredClone(tables.changes.filter((change) => change.alertId === alertId)),
    forget: async () => 0,
    measurements: {
      add: (measurements) => transact((draft) => measurements.filter((one) => addMeasurement(draft, one))),
      latest: async (name) => {
        const newest = new Map<string, Measurement>();
        for (const one of tables.measurements.values()) {
          const known = newest.get(seriesKey(one));
          if (one.name === name && (!known || known.at < one.at)) newest.set(seriesKey(one), one);
        }
        return structuredClone([...newest.values()]);
      },
      series: async ({ projectId, name, subjectId, from, to, limit }) =>
        structuredClone(
          [...tables.measurements.values()]
            .filter((one) => one.projectId === projectId && one.name === name && one.subject.id === subjectId)
            .filter(({ at }) => at >= from && at < to)
            .toSorted((a, b) => a.at - b.at)
            .slice(0, limit),
        ),
    },
    texts: {
      add: (text) => transact((draft) => addText(draft, text)),
      looked: async (projectId, ids) =>
        new Map(
          ids.flatMap((id) => {
            const text = tables.texts.get(`${projectId} ${id}`);
            return text ? [[id, [...text.types]]] : [];
          }),
        ),
    },
    get tables() {
      return tables;
    },
    get transactions() {
      return transactions;
    },
    failNext: (when) => {
      failure = when;
    },
  };
}

function fits(alert: Alert, filter: AlertFilter): boolean {
  if (filter.rules && !filter.rules.includes(alert.rule)) return false;
  if (filter.states && !filter.states.includes(alert.state)) return false;
  if (filter.types && !filter.types.includes(alert.type)) return false;
  if (filter.severities && !filter.severities.includes(alert.severity)) return false;
  return filter.isArchived === undefined || filter.isArchived === alert.isArchived;
}
