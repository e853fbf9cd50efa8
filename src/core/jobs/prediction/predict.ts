import type { HistoryRow, PredictionContext } from './history.ts';
import { createTally, type Tally } from './measure.ts';
import { createOnlineLogistic } from './online-logistic.ts';
import { PREDICTION_SIGNALS, type PredictedEvent, type Prediction, type PredictionMeasure } from './prediction.ts';
import { createSignals } from './signals.ts';

/** Counts up when signals, prior or thresholds change. */
const PREDICTION_MODEL_VERSION = 1;

/** From this probability on it is a warning. */
const WARNING_PROBABILITY = 0.8;

/** What a job's own history has to show before a warning may become an alert. */
const PREDICTION_ALERT_GATE = { runs: 30, events: 5, warnings: 3, precision: 0.7 } as const;

/** Fewer runs tell nothing. */
const FEWEST_RUNS = 10;
/** What was longer ago tells nothing either, and a look stays cheap. */
const MOST_RUNS = 1_000;

/** Log-odds before anything is known of the job, and how sure that is: what stands near a limit is taken seriously at once, habits are to be learned. */
const PRIOR: Record<'bias' | (typeof PREDICTION_SIGNALS)[number], [weight: number, spread: number]> = {
  bias: [-3.5, 1.5],
  lastRun: [0, 1],
  streak: [2.5, 1.5],
  recentShare: [0.5, 1],
  usualShare: [0.5, 1],
  retries: [1, 2],
  durationNearLimit: [3.5, 1.5],
  durationDrift: [0.3, 1],
  statsNearLimit: [3.5, 1.5],
  statsDrift: [0.3, 1],
  upstream: [0.5, 2],
  hour: [5, 2.5],
  weekday: [3, 2.5],
};

export interface PredictionRequest {
  event: PredictedEvent;
  /** Ascending by start: what `historyOf` gives. */
  history: readonly HistoryRow[];
  context: PredictionContext;
}

/** What would have been said of a run of the past, before it, and what came. */
export interface BacktestRow {
  row: HistoryRow;
  probability: number;
  isWarning: boolean;
  mayAlert: boolean;
  came: boolean;
}

/**
 * What the model would have said of each run, from those alone that had ended when it began; of runs without a deadline nothing is said of
 * lateness. Nothing is fitted over the whole: changing a run changes nothing said of an earlier one.
 */
export function backtest(request: PredictionRequest): BacktestRow[] {
  const rows: BacktestRow[] = [];
  replay(request, (row) => rows.push(row));
  return rows;
}

/** The prediction of the next run; null under ten runs that tell of the event. */
export function predictNext(
  request: PredictionRequest & { jobId: string; forAt: number; madeAt: number },
): Prediction | null {
  const { jobId, event, forAt, madeAt } = request;
  const known = { ...request, history: request.history.filter((row) => row.finishedAt <= madeAt) };
  const model = replay(known, () => undefined);
  if (model.runs < FEWEST_RUNS) return null;
  const said = model.say(forAt, madeAt);
  return {
    jobId,
    event,
    modelVersion: PREDICTION_MODEL_VERSION,
    madeAt,
    forAt,
    probability: said.probability,
    isWarning: said.isWarning,
    mayAlert: said.mayAlert,
    because: said.because(),
    measured: model.measured(),
    asLastTime: model.asLastTime(),
    judged: null,
  };
}

/** Whether warnings of a job may become alerts: enough runs and events, and a precision that is high and beats "as last time". */
export function mayPredictionAlert(
  measured: PredictionMeasure,
  asLastTime: PredictionMeasure,
  seen: { runs: number; events: number },
): boolean {
  if (seen.runs < PREDICTION_ALERT_GATE.runs || seen.events < PREDICTION_ALERT_GATE.events) return false;
  if (measured.warnings < PREDICTION_ALERT_GATE.warnings || measured.precision === null) return false;
  if (measured.precision < PREDICTION_ALERT_GATE.precision || measured.precision <= (asLastTime.precision ?? 0))
    return false;
  return lowerBound(measured.hits, measured.warnings) > seen.events / seen.runs;
}

/** Wilson's one-sided bound at 90 %: so high the true share is, at the least. */
function lowerBound(hits: number, count: number): number {
  const z = 1.2816;
  const share = hits / count;
  const spread = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * count)) / count);
  return (share + (z * z) / (2 * count) - spread) / (1 + (z * z) / count);
}

interface Model {
  runs: number;
  say(
    dueAt: number,
    knownAt: number,
  ): Pick<Prediction, 'probability' | 'isWarning' | 'mayAlert'> & {
    features: number[];
    because(): Prediction['because'];
  };
  measured(): PredictionMeasure;
  asLastTime(): PredictionMeasure;
}

function replay({ event, history, context }: PredictionRequest, visit: (row: BacktestRow) => void): Model {
  const signals = createSignals(event, context);
  const priors = [PRIOR.bias, ...PREDICTION_SIGNALS.map((signal) => PRIOR[signal])];
  const logistic = createOnlineLogistic({
    prior: priors.map(([weight]) => weight),
    spread: priors.map(([, spread]) => spread),
    memory: 0.998,
  });
  const usual = new Array<number>(priors.length).fill(0);
  const own: Tally = createTally();
  const repeating: Tally = createTally();
  const seen = { runs: 0, events: 0 };
  let lastCame = false;

  const say: Model['say'] = (dueAt, knownAt) => {
    const features = [1, ...signals.at(dueAt, knownAt)];
    const probability = logistic.probability(features);
    const isWarning = seen.runs >= FEWEST_RUNS && probability >= WARNING_PROBABILITY;
    return {
      features,
      probability,
      isWarning,
      mayAlert: isWarning && mayPredictionAlert(own.measurement(), repeating.measurement(), seen),
      because: () => strongest(logistic.weights(), features, usual),
    };
  };

  const learn = (row: HistoryRow, came: boolean, features: number[]): void => {
    logistic.learn(features, came);
    seen.runs += 1;
    if (came) seen.events += 1;
    lastCame = came;
    signals.observe(row);
    features.forEach((value, index) => {
      usual[index]! += Math.max(0.05, 1 / seen.runs) * (value - usual[index]!);
    });
  };

  const telling = history.filter((row) => event === 'failure' || row.isLate !== null).slice(-MOST_RUNS);
  /** Begun, and not ended by the start of the run that is looked at. */
  let open: { row: HistoryRow; came: boolean; said: ReturnType<Model['say']>; asLastTime: boolean }[] = [];
  const settle = (until: number): void => {
    const ended = open.filter(({ row }) => row.finishedAt <= until);
    open = open.filter(({ row }) => row.finishedAt > until);
    ended.sort((one, other) => one.row.finishedAt - other.row.finishedAt);
    for (const { row, came, said, asLastTime } of ended) {
      if (seen.runs >= FEWEST_RUNS) {
        own.count(said.isWarning, came);
        repeating.count(asLastTime, came);
      }
      learn(row, came, said.features);
    }
  };
  for (const row of telling) {
    settle(row.startedAt);
    const came = event === 'failure' ? row.hasFailed : row.isLate === true;
    const said = say(row.dueAt, row.startedAt);
    if (seen.runs >= FEWEST_RUNS) {
      visit({ row, probability: said.probability, isWarning: said.isWarning, mayAlert: said.mayAlert, came });
    }
    open.push({ row, came, said, asLastTime: lastCame });
  }
  settle(Number.POSITIVE_INFINITY);
  return {
    runs: seen.runs,
    say,
    measured: () => own.measurement(),
    asLastTime: () => repeating.measurement(),
  };
}

function strongest(
  weights: readonly number[],
  features: readonly number[],
  usual: readonly number[],
): Prediction['because'] {
  return PREDICTION_SIGNALS.map((signal, index) => ({
    signal,
    weight: weights[index + 1]! * (features[index + 1]! - usual[index + 1]!),
  }))
    .filter(({ weight }) => weight >= 0.1)
    .sort((one, other) => other.weight - one.weight)
    .slice(0, 3);
}
