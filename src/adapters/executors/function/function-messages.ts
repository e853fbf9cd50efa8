import type { StatsProblem } from '../../../core/jobs/index.ts';

/** What the function is told of its run; epoch ms. */
export interface FunctionRun {
  id: string;
  /** The instant it was made for, which a late run still belongs to; null: asked for. */
  tick: number | null;
  attempt: number;
  trigger: string;
  chainRunId: string;
  /** The run that it was made for: of an `after` job, the one that came before. */
  causeRunId: string | null;
}

export interface FunctionCall {
  kind: 'call';
  id: number;
  /** A file: address. */
  module: string;
  export: string;
  input: unknown;
  job: { id: string; label: string };
  run: FunctionRun;
}

/** A function where it is looked for; `module` is a file: address. */
export interface FunctionAddress {
  module: string;
  export: string;
}

export type FunctionFinding = { isLoaded: true; isFunction: boolean } | { isLoaded: false; error: string };

export type ToFunctionThread = FunctionCall | { kind: 'abort'; id: number; reason: string };

export type FromFunctionThread =
  | { kind: 'output'; id: number; stream: 'stdout' | 'stderr' | 'log'; text: string }
  | FunctionEnded;

/** `isAborted`: the function could know that it was asked to end. */
export type FunctionEnded = { kind: 'ended'; id: number; isAborted: boolean } & FunctionResult;

export type FunctionResult =
  /** What it gave back as JSON; null: no object. */
  | { how: 'resolved'; json: string | null; problem: StatsProblem | null }
  /** `name`: of the error, with its message. `stack`: verbatim, causes behind it. */
  | { how: 'threw'; name: string; stack: string }
  | { how: 'not-loaded'; name: string; stack: string }
  | { how: 'no-function' };
