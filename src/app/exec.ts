/** What `guardian exec` and the server share: the command wrapped, and what it leaves while the server is away. */
export { drainExecSpool, type ExecNotice, runExec } from '../adapters/executors/exec/index.ts';
