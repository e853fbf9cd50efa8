import type { StoredIssue } from '../../core/issues/index.ts';
import * as reports from '../../core/reports/index.ts';
import { messagesFor, type PeopleLanguage } from '../../core/shared/index.ts';
import { leastSilenceOf } from '../fixes/fix-settings.ts';
import { evidenceFor } from './gather-evidence.ts';
import { readIssue } from './read-issue.ts';
import type { WorkContext } from './work-context.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** What users wrote, the newest, that a hand-off quotes. */
const FEEDBACK = 3;

interface HandOffRequest {
  issueId: string;
  language: PeopleLanguage;
  /** That the document may have. */
  tokens: number;
}

/** The document with which an issue is handed to whoever mends it, and what it was made of. Throws `not_found`. */
export async function composeHandOff(context: WorkContext, { issueId, language, tokens }: HandOffRequest) {
  const { configuration, clock, redactor, understanding } = context;
  const { issues, projects, clientTales } = await context.store();
  const issue = await readIssue(context, issueId);
  const { stored, found, before } = issue;
  const gathered = found && (await evidenceFor(context, { found: found.understanding, language, before }));
  const { history, revisions } = await issues.about(issueId);
  const project = (await projects.list()).find(({ id }) => id === stored.projectId);
  const newest = issue.revisions.at(-1)?.name ?? null;
  const messages = messagesFor(language);
  const isNew = clock.now() - stored.firstSeen < DAY_MS;
  const evidence = gathered?.byIssue.get(issueId) ?? null;
  const handOff = reports.handOffOf({
    stored,
    shortId: `${(project?.slug ?? 'issue').toUpperCase()}-${stored.number}`,
    isNew,
    issue: found?.issue ?? null,
    context: found?.understanding.context ?? [],
    evidence,
    evidenceProblem: gathered?.reason ?? messages.evidence.truth.noRepository,
    redactor,
    history: history.toSorted((a, b) => b.at - a.at),
    sinceDeployment:
      newest === null
        ? null
        : { revision: newest, incidents: revisions.find(({ revision }) => revision === newest)?.incidents ?? 0 },
    feedback: await clientTales.feedback(stored, FEEDBACK),
    rate: await rateOf(context, stored),
    leastSilence: leastSilenceOf(configuration.fixes),
    frameOrigin: understanding.frameOrigin,
    clock,
    messages,
    tokens,
  });
  return { ...issue, handOff, isNew, evidence, running: gathered?.running ?? null };
}

/** As the watch over its fix will count it: if that were deployed now. */
async function rateOf(
  { clock, store }: WorkContext,
  { id, projectId, service, endpoint }: StoredIssue,
): Promise<reports.IncidentRate> {
  const { fixEvidence } = await store();
  const now = clock.now();
  const request = { issueId: id, projectId, service, route: endpoint, revisions: [], since: now, now, silentMs: 0 };
  return (await fixEvidence.look(request)).before;
}
