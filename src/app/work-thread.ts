import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { toGuardianError } from '../core/shared/index.ts';
import type { ThreadData } from './thread-messages.ts';
import type { WorkMethods } from './work-methods.ts';
import type { WorkCall, WorkResult } from './work-pool.ts';
import { compareIssues } from './work-thread/compare-issues.ts';
import { extractAnalysis } from './work-thread/extract-analysis.ts';
import { fixMaterialOf } from './work-thread/fix-material.ts';
import { composeHandOff } from './work-thread/hand-off.ts';
import { evidenceOf } from './work-thread/issue-evidence.ts';
import { makeReport } from './work-thread/make-report.ts';
import { createWorkContext } from './work-thread/work-context.ts';

const port = parentPort as MessagePort;
const context = createWorkContext(workerData as ThreadData);

const methods: WorkMethods = {
  makeReport: (request) => makeReport(context, request),
  evidenceOf: (issueId, language) => evidenceOf(context, issueId, language),
  compareIssues: () => compareIssues(context),
  handOffOf: async (issueId, language) => {
    const tokens = context.configuration.report.markdownTokens;
    return (await composeHandOff(context, { issueId, language, tokens })).handOff;
  },
  fixMaterialOf: (issueId, language, tokens) => fixMaterialOf(context, { issueId, language, tokens }),
  extract: extractAnalysis,
};

/** One call after another. */
let queue: Promise<void> = Promise.resolve();
port.on('message', (call: WorkCall) => {
  queue = queue.then(() => carryOut(call));
});

async function carryOut({ id, method, arguments: args }: WorkCall): Promise<void> {
  try {
    const value = await (methods[method] as (...given: unknown[]) => Promise<unknown>)(...args);
    port.postMessage({ id, value } satisfies WorkResult);
  } catch (thrown) {
    const { code, about, message } = toGuardianError(thrown);
    port.postMessage({ id, error: { code, about: { ...about }, message } } satisfies WorkResult);
  }
}
