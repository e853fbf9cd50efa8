import { z } from 'zod';
import type { AgentRun, FixAttempt, FixChange, Verification } from '../../core/fixes/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';
import { findFix, fixFields, fixFieldsOf, fixName, fixText } from '../fix-fields.ts';
import { instant, textOrNull, untrusted } from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { block, clip, namedBlock, paragraphs } from '../untrusted-text.ts';

const OUTPUT = 8_000;
const DIFF = 16_000;
const NOTES = 50;

const verdict = z.strictObject({
  outcome: z.string(),
  incidents: z.int(),
  requests: z.int().nullable(),
  hours: z.number(),
  needed: z.number().nullable().describe('in `unit`, without an incident'),
  unit: z.enum(['requests', 'hours']),
  untrusted: untrusted({ revision: z.string() }),
});
const step = z.strictObject({
  at: instant,
  action: z.string(),
  untrusted: untrusted({ by: z.string(), said: textOrNull }),
});
const runFields = z.strictObject({
  end: z.enum(['exited', 'timed-out', 'killed-output', 'not-started', 'aborted']),
  exitCode: z.int().nullable(),
  network: z.enum(['none', 'allowed', 'named', 'not-withheld']).describe('not-withheld: nothing held it back'),
  files: z.enum(['unshare', 'permissions', 'none']).describe('none: nothing held it back'),
  testsPassed: z.boolean().nullable().describe('null: none were run'),
  flags: z.array(z.string()).describe('what a person must look at'),
  untrusted: untrusted({ output: z.string(), diff: textOrNull }),
});

export const getFix = defineTool({
  name: 'get_fix',
  title: 'Read one hand-off',
  description:
    'Reads one hand-off: its steps, what its agent printed and changed, and what verification says of each revision that holds the fix.',
  scope: 'read',
  input: z.strictObject({ fix: fixName }),
  output: z.strictObject({
    fix: fixFields,
    verifications: z.array(verdict),
    history: z.array(step),
    run: runFields.nullable(),
  }),
  async run({ fix: id }, { options }) {
    const { messages } = options;
    const found = await findFix(id, options);
    const fix = fixFieldsOf(found);
    const verifications = found.verifications.map(verdictOf);
    const about = await options.fixes.about(id);
    const history = (about?.history ?? []).slice(-NOTES).map(stepOf);
    const run = ownRun(about?.attempts ?? []);
    const fields = run === null ? null : runFieldsOf(run, messages);
    return {
      text: paragraphs(
        fixText(fix, messages),
        ...verifications.map(verdictText(id, messages)),
        ...history.map(({ at, action, untrusted: { by, said } }) =>
          paragraphs(`${at} ${action}`, namedBlock({ source: 'event', id }, { by, said }, messages)),
        ),
        ...runText(id, fields, messages),
      ),
      data: { fix, verifications, history, run: fields },
    };
  },
});

function verdictOf({ outcome, incidents, requests, hours, needed, unit, revision }: Verification) {
  return { outcome, incidents, requests, hours, needed, unit, untrusted: { revision: clip(revision, 200) } };
}

const verdictText = (id: string, messages: Messages) => (one: z.infer<typeof verdict>) =>
  paragraphs(
    `Verification: ${one.outcome}, ${one.incidents} incidents in ${one.requests ?? 'uncounted'} requests and ${Math.floor(one.hours)} hours; needed ${one.needed ?? 'unknown'} ${one.unit}`,
    namedBlock({ source: 'event', id }, one.untrusted, messages),
  );

function stepOf({ at, action, actor, detail }: FixChange): z.infer<typeof step> {
  const said = ['text', 'branch', 'url', 'revision', 'commit']
    .map((key) => detail?.[key])
    .filter((value) => typeof value === 'string' && value !== '');
  return {
    at: toInstant(at),
    action,
    untrusted: { by: clip(actor, 200), said: said.length === 0 ? null : clip(said.join('\n'), 2_000) },
  };
}

function ownRun(attempts: readonly FixAttempt[]): AgentRun | null {
  return attempts.find(({ run }) => run !== null)?.run ?? null;
}

function runFieldsOf({ end, exitCode, isolation, test, change, output }: AgentRun, { fixes: t }: Messages) {
  const { network, files } = isolation;
  return {
    ...{ end, exitCode, network, files },
    testsPassed: test === null ? null : test.exitCode === 0,
    flags: [...new Set(change?.flags.map(({ kind }) => t.flags[kind]) ?? [])],
    untrusted: {
      output: clip(output.text, OUTPUT),
      diff: change === null || change.diff === '' ? null : clip(change.diff, DIFF),
    },
  };
}

function runText(id: string, run: z.infer<typeof runFields> | null, messages: Messages): string[] {
  if (run === null) return [];
  const { output, diff } = run.untrusted;
  const of = (text: string | null) => (text ? block({ source: 'event', id, text }, messages) : '');
  const tests = run.testsPassed === null ? 'not run' : run.testsPassed ? 'passed' : 'FAILED';
  return [
    `Its agent: ${run.end}, exit status ${run.exitCode ?? 'none'}, network ${run.network}, files ${run.files}, tests ${tests}.`,
    ...run.flags.map((flag) => `- ${flag}`),
    of(output),
    of(diff),
  ];
}
