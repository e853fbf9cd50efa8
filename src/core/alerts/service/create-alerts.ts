import { randomBytes } from 'node:crypto';
import { type Clock, GuardianError, type Messages, sayingsOf } from '../../shared/index.ts';
import type { Alert, Observation } from '../alert.ts';
import { concerns, observeMeasurements } from '../looks/observe-measurements.ts';
import { observeText } from '../looks/observe-texts.ts';
import type {
  AlertReader,
  AlertStore,
  Measurement,
  MeasurementStore,
  Posted,
  PostedText,
  PostOutcome,
  TextStore,
} from '../ports.ts';
import type { MeasurementRule, Rule } from '../rules/rule.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import type { AlertAction } from '../transition/decide-action.ts';
import { decideDue } from '../transition/decide-due.ts';
import type { AlertPolicy } from '../transition/policy.ts';
import { type ActOutcome, actOnAlerts, undoAction } from './act-on-alerts.ts';
import { boundEvidence } from './bound-evidence.ts';
import { watchingLooks } from './cannot-look.ts';
import { evaluateRules, type RuleLook, type RuleReaders } from './evaluate-rules.ts';
import { gatherPosts } from './gather-posts.ts';
import { lookNow, type RuleOutlook } from './look-now.ts';
import { type AlertPost, neverFired, postedObservation, writePosts } from './post-alerts.ts';
import { createToldRules } from './told-rules.ts';
import { type RuleTrial, tryRule } from './try-rule.ts';

export interface AlertsOptions {
  store: AlertStore & AlertReader;
  measurements: MeasurementStore;
  texts: Pick<TextStore, 'looked'>;
  rules: RuleSet;
  readers: Omit<RuleReaders, 'measurements'>;
  policy: Omit<AlertPolicy, 'newId' | 'messages'> & Partial<Pick<AlertPolicy, 'newId'>>;
  /** The language of the installation. */
  messages: Messages;
  clock: Clock;
}

/** How a rule stands; of this process since its start. */
export interface RuleState {
  rule: Rule;
  lastLookAt: number | null;
  /** Why its last look failed; null: it did not. */
  problem: string | null;
}

export interface Alerts {
  /** One transaction for all: values and what they mean. */
  postMeasurements(measurements: readonly Measurement[]): Promise<PostOutcome>;
  postTexts(texts: readonly Omit<PostedText, 'types'>[]): Promise<PostOutcome>;
  /** Throws `payload_invalid` for a type that is not declared, `not_found` where what is said to be over never fired. */
  postAlert(post: AlertPost): Promise<Alert>;
  /** One look of each rule that looks by itself; call it once a minute, on one node. `only`: of the rules with these names. */
  evaluateSchedules(signal?: AbortSignal, only?: readonly string[]): Promise<RuleLook[]>;
  /** Repeats, steps of escalation and lapses whose time has come; how many there were. */
  carryOutDue(limit?: number): Promise<number>;
  act(ids: readonly string[], action: AlertAction, by: string): Promise<ActOutcome>;
  /** Null: the token is none of ours. */
  undo(token: string, by: string): Promise<ActOutcome | null>;
  rules(): RuleState[];
  /** What a rule would say of a value or a text; nothing is written. Throws `not_found`, `payload_invalid`. */
  tryRule(name: string, given: { text: string } | { value: number }): RuleTrial;
  /** What a rule sees now, over the rows, in the words of who asks; nothing is written. Throws `not_found`, `payload_invalid`. */
  lookNow(name: string, reader?: Messages): Promise<RuleOutlook>;
}

/** The newest of a series that a rule about change compares with. */
const MOST_COMPARED = 5_000;

export function createAlerts(options: AlertsOptions): Alerts {
  const { store, measurements, rules, clock } = options;
  const words = sayingsOf(options.messages.alerts, 'alerts');
  const policy: AlertPolicy = {
    newId: () => `alert-${randomBytes(7).toString('hex')}`,
    ...options.policy,
    messages: options.messages,
  };
  const readers: RuleReaders = { ...options.readers, measurements };
  const looks = new Map<string, { at: number; problem: string | null }>();

  const told = createToldRules(store, clock);
  const prepare = async (observations: readonly Observation[]) => {
    await told.refresh();
    for (const { rule, type, at } of observations) {
      checkType(type, rules.types);
      looks.set(rule, { at, problem: null });
    }
    const bounded = observations.map((one) => ({ ...one, evidence: boundEvidence(one.evidence) }));
    return watchingLooks(bounded, { policy, words, at: clock.now(), isTold: told.has });
  };
  const observe = async (observations: readonly Observation[]) => {
    const prepared = await prepare(observations);
    return told.note(await store.observe(prepared.observations, prepared.decide));
  };
  const post = async (posted: Posted, observations: readonly Observation[]) => {
    const prepared = await prepare(observations);
    const outcome = await store.post(posted, prepared.observations, prepared.decide);
    told.note(outcome.alerts);
    return outcome;
  };

  const postOne = gatherPosts(async (given: readonly Observation[]) => {
    const { observations, decide } = await prepare(given);
    return writePosts(observations, { store, decide });
  });

  return {
    async postMeasurements(given) {
      const reference = await referencesOf(given, rules, measurements);
      return post({ measurements: given, texts: [] }, observeMeasurements(rules, given, { words, reference }));
    },

    async postTexts(given) {
      const now = clock.now();
      const looked = await lookedOf(given, options.texts);
      const found = given
        .toSorted((a, b) => a.at - b.at)
        .map((text) => ({
          text,
          ...observeText(rules, text, { words, now, looked: looked.get(keyOf(text)) ?? [] }),
        }));
      const texts = found.map(({ text, types }) => ({ ...text, types }));
      return post(
        { measurements: [], texts },
        found.flatMap(({ observations }) => observations),
      );
    },

    async postAlert(posted) {
      checkType(posted.type, rules.types);
      const observation = postedObservation(posted, clock.now());
      const alert = await postOne(observation);
      if (alert) return alert;
      throw neverFired(observation);
    },

    async evaluateSchedules(signal, only) {
      const at = clock.now();
      const looking = only ? rules.rules.filter(({ name }) => only.includes(name)) : rules.rules;
      const done = await evaluateRules(looking, { readers, alerts: store, words, at, observe, signal });
      for (const { rule, error } of done) looks.set(rule, { at, problem: error && (error.about.reason ?? error.code) });
      return done;
    },

    async carryOutDue(limit = 100) {
      const at = clock.now();
      const due = await store.due(at, limit);
      if (due.length === 0) return 0;
      const carriedOut = new Set<string>();
      await store.change(
        due.map(({ id }) => id),
        (alert) => {
          const write = decideDue(alert, at, policy);
          if (write.alert) carriedOut.add(alert.id);
          else carriedOut.delete(alert.id);
          return write;
        },
      );
      return carriedOut.size;
    },

    act: (ids, action, by) => actOnAlerts(ids, action, { store, policy, at: clock.now(), by }),
    undo: (token, by) => undoAction(token, { store, policy, at: clock.now(), by }),
    lookNow: (name, reader = options.messages) =>
      lookNow(rules.rules, name, {
        ...{ readers, alerts: store, words, reader, at: clock.now() },
        references: (given) => referencesOf(given, rules, measurements),
      }),
    tryRule: (name, given) => tryRule(rules, name, given),
    rules: () =>
      rules.rules.map((rule) => {
        const look = looks.get(rule.name);
        return { rule, lastLookAt: look?.at ?? null, problem: look?.problem ?? null };
      }),
  };
}

/** A type that nobody declared would be a row that no route, filter or page knows. */
function checkType(type: string, types: ReadonlySet<string>): void {
  if (types.has(type)) return;
  throw new GuardianError('payload_invalid', {
    key: 'type',
    reason: (m) => m.declarations.rules.undeclared(type),
    remedy: (m) => m.server.reasons.undeclaredTypeRemedy,
  });
}

const keyOf = ({ projectId, id }: Pick<PostedText, 'projectId' | 'id'>) => `${projectId} ${id}`;

async function lookedOf(
  given: readonly Pick<PostedText, 'projectId' | 'id'>[],
  texts: Pick<TextStore, 'looked'>,
): Promise<Map<string, string[]>> {
  const looked = new Map<string, string[]>();
  for (const projectId of new Set(given.map((text) => text.projectId))) {
    const ids = given.filter((text) => text.projectId === projectId).map(({ id }) => id);
    for (const [id, types] of await texts.looked(projectId, ids)) looked.set(keyOf({ projectId, id }), types);
  }
  return looked;
}

/** For rules about change: the oldest value of each series within the rule's time before, from the store and from what came with it. */
async function referencesOf(
  given: readonly Measurement[],
  { measurements: byName }: RuleSet,
  store: Pick<MeasurementStore, 'series'>,
): Promise<(rule: MeasurementRule, measurement: Measurement) => number | null> {
  const references = new Map<MeasurementRule, Map<Measurement, number | null>>();
  for (const measurement of given) {
    for (const rule of byName.get(measurement.name) ?? []) {
      if (rule.check.of !== 'change' || !concerns(rule, measurement)) continue;
      const { projectId, name, subject, at } = measurement;
      const from = at - rule.check.withinMs;
      const kept = await store.series({ projectId, name, subjectId: subject.id, from, to: at, limit: MOST_COMPARED });
      const [oldest] = [...kept, ...given.filter((other) => isSameSeries(other, measurement))]
        .filter((other) => other.at >= from && other.at < at && other.value !== null)
        .toSorted((a, b) => a.at - b.at);
      const known = references.get(rule) ?? new Map<Measurement, number | null>();
      references.set(rule, known.set(measurement, oldest?.value ?? null));
    }
  }
  return (rule, measurement) => references.get(rule)?.get(measurement) ?? null;
}

function isSameSeries(a: Measurement, b: Measurement): boolean {
  return (
    a.projectId === b.projectId &&
    a.name === b.name &&
    a.subject.id === b.subject.id &&
    a.subject.kind === b.subject.kind
  );
}
