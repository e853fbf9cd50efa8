export { type BoundedOutput, type BoundedOutputOptions, createBoundedOutput } from './bounded-output.ts';
export { signalOfCheckIn } from './check-in-signal.ts';
export {
  type FailureTold,
  type JudgeRequest,
  judgeAbort,
  judgeFailure,
  judgeSuccess,
} from './judge.ts';
export { createOutputLines, readFactsOfBody } from './output-lines.ts';
export { mergeFacts, readFacts, readFactsText } from './read-facts.ts';
export { type OutcomeRedactor, redactOutcome } from './redact-outcome.ts';
export { NO_FACTS, type RunFacts, type StatsProblem } from './run-facts.ts';
export type { RunTexts } from './run-texts.ts';
export type * from './watched-signal.ts';
