import type { Store } from '../../adapters/store/sql/index.ts';
import type { Configuration } from '../../config/index.ts';
import type { AlertPost, Alerts } from '../../core/alerts/index.ts';
import type { ModelAlerts, ModelEntry, ModelPort } from '../../core/analysis/index.ts';
import { type GuardianError, messagesFor, sayingsOf, toGuardianError } from '../../core/shared/index.ts';

export interface ModelAlertsOptions {
  configuration: Configuration;
  store: Pick<Store, 'alerts'>;
  alerts: Pick<Alerts, 'postAlert'>;
  entries: readonly ModelEntry[];
  onFailure(what: string, error: GuardianError): void;
}

export interface OpenedModelAlerts extends ModelAlerts {
  /** The same port; that an entry answered ends its alert, though it was raised before this process began. */
  watched(models: ModelPort): ModelPort;
  /** Ends alerts of entries that are no longer in the configuration. */
  forgetOthers(): Promise<void>;
  /** Until what was said is written. */
  idle(): Promise<void>;
}

const TYPE = 'MODEL_MISCONFIGURED';
const MOST_ALERTS = 100;

/** A wrong key or model is an alert: fall-back would hide it. */
export function openModelAlerts({
  configuration,
  store,
  alerts,
  entries,
  onFailure,
}: ModelAlertsOptions): OpenedModelAlerts {
  const say = sayingsOf(messagesFor(configuration.language).analysis, 'analysis');
  const answering = new Set<string>();
  // One after the other: what is said last is what holds.
  let writing: Promise<void> = Promise.resolve();

  function post(provider: string, about: Pick<AlertPost, 'state' | 'description' | 'advice' | 'evidence'>): void {
    const subject = { kind: 'model provider', id: provider, name: provider, labels: {} };
    const rest = { projectId: null, type: TYPE, severity: 'error' as const, value: null, unit: null, threshold: null };
    writing = writing
      .then(async () => void (await alerts.postAlert({ ...rest, subject, ...about })))
      .catch((thrown: unknown) => {
        const error = toGuardianError(thrown);
        // What never fired cannot be resolved: that is how it should be.
        if (about.state === 'resolved' && error.code === 'not_found') return;
        onFailure('alert of a model', error);
      });
  }

  function recovered(provider: string): void {
    if (answering.has(provider)) return;
    answering.add(provider);
    post(provider, { state: 'resolved', description: say.recovered(provider), advice: null, evidence: null });
  }

  return {
    misconfigured({ provider, model, errorType, status, message }) {
      answering.delete(provider);
      post(provider, {
        state: 'firing',
        description: say.misconfigured({ provider, model, errorType, status }),
        advice: say.misconfiguredAdvice,
        evidence: { provider, model, errorType, status, message },
      });
    },
    recovered,
    watched: (models) => ({
      async ask(call) {
        const reply = await models.ask(call);
        recovered(call.entry.name);
        return reply;
      },
    }),
    idle: () => writing,
    async forgetOthers() {
      const filter = { states: ['firing', 'acknowledged'] as const, types: [TYPE] };
      const { items } = await store.alerts.list(filter, { cursor: null, limit: MOST_ALERTS });
      const known = new Set(entries.map(({ name }) => name));
      for (const { subject } of items) if (!known.has(subject.id)) recovered(subject.id);
    },
  };
}
