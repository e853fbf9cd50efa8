export { type ExecNotice, type ExecOptions, runExec } from './run-exec.ts';
export { type DrainOptions, drainExecSpool } from './send-record.ts';
