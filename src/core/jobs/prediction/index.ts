export { type ForetellRequest, foretell, type PredictionStore } from './foretell.ts';
export { type HistoryRow, historyOf, type PredictionContext, type UpstreamOutcome, upstreamOf } from './history.ts';
export { judgePredictions } from './judge.ts';
export { measurePredictions } from './measure.ts';
export {
  type BacktestRow,
  backtest,
  mayPredictionAlert,
  type PredictionRequest,
  predictNext,
} from './predict.ts';
export * from './prediction.ts';
