import type { Store } from '../../adapters/store/sql/index.ts';
import type { Configuration } from '../../config/index.ts';
import type { Change } from '../../contracts/api/overview.ts';
import {
  type Alerts,
  createAlerts,
  createRuleSet,
  eventRules,
  JOB_WATCH_RULES,
  type JobLookReader,
  type PartReader,
  SEALING_RULE,
  usageRules,
} from '../../core/alerts/index.ts';
import { type NotifyKnobs, nextSend } from '../../core/notify/index.ts';
import { type Clock, messagesFor } from '../../core/shared/index.ts';
import { declaredRules } from '../declare/rules.ts';
import { usageForAlerts } from '../usage/alert-reader.ts';

export interface OpenAlertsOptions {
  configuration: Configuration;
  store: Store;
  knobs: NotifyKnobs;
  parts: PartReader;
  /** What the watchdog of the jobs saw. */
  jobWatch?: JobLookReader['watch'];
  clock: Clock;
  onChange(change: Change): void;
  /** Something was written that people are told of. */
  onTold(): void;
}

/** Firings that come so soon after one another are flapping. */
const FLAPPING_MS = 30 * 60 * 1000;

/** The rules of the configuration over the store; whatever changes an alert wakes those who tell of it. Throws `configuration_invalid` for a rule that is wrong. */
export function openAlerts(options: OpenAlertsOptions): Alerts {
  const { configuration, store, knobs, parts, jobWatch, clock, onChange, onTold } = options;
  const rules = createRuleSet({
    rules: declaredRules(configuration),
    types: configuration.alertTypes,
    own: [
      ...usageRules(configuration.usage.alerts),
      ...eventRules(configuration.alerting),
      SEALING_RULE,
      ...JOB_WATCH_RULES,
    ],
  });
  const alerts = createAlerts({
    store: store.alerts,
    measurements: store.measurements,
    texts: store.texts,
    rules,
    readers: {
      issues: store.issues,
      jobs: { jobs: store.jobs, runs: store.runs, ...(jobWatch ? { watch: jobWatch } : {}) },
      usage: usageForAlerts(store),
      parts,
      errors: store.errors,
    },
    policy: {
      nextSend: (alert, at) => nextSend(alert, knobs, at),
      acknowledgedForMs: knobs.acknowledgeMs,
      flappingWithinMs: FLAPPING_MS,
    },
    messages: messagesFor(configuration.language),
    clock,
  });
  const told = (changed: readonly { id: string; state: string }[]) => {
    for (const { id, state } of changed) onChange({ kind: 'alert', id, state });
    onTold();
  };
  const telling = async <T>(
    work: Promise<T>,
    changedOf: (result: T) => readonly { id: string; state: string }[],
  ): Promise<T> => {
    const result = await work;
    told(changedOf(result));
    return result;
  };
  return {
    ...alerts,
    postMeasurements: (given) => telling(alerts.postMeasurements(given), (outcome) => outcome.alerts),
    postTexts: (given) => telling(alerts.postTexts(given), (outcome) => outcome.alerts),
    postAlert: (post) => telling(alerts.postAlert(post), (alert) => [alert]),
    act: (ids, action, by) => telling(alerts.act(ids, action, by), ({ changed }) => changed),
    undo: (token, by) => telling(alerts.undo(token, by), (outcome) => outcome?.changed ?? []),
    evaluateSchedules: (signal, only) => telling(alerts.evaluateSchedules(signal, only), () => []),
    carryOutDue: (limit) => telling(alerts.carryOutDue(limit), () => []),
  };
}
