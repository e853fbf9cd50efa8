import { type Messages, toInstant } from '../../shared/index.ts';
import type { CheckResult } from '../checks/check.ts';
import type { Deployment, InitialMetrics } from '../deployment.ts';
import { factsInWords, reasonInWords } from '../facts-in-words.ts';
import type { StepVerdict } from '../judge/index.ts';
import { code, line, table } from './markdown.ts';

/** One file of `docs/deployments/`. */
export interface DeploymentLog {
  /** `2026-01-31-shop-build-42.md`; the same deployment always gives the same name. */
  file: string;
  text: string;
}

/** The log of a deployment as Markdown, from its row alone; everything that came from outside is escaped, and no value of the environment is in it. */
export function renderDeploymentLog(deployment: Deployment, messages: Messages): DeploymentLog {
  const say = messages.deploy.log;
  const { service, buildId, revision, kind } = deployment;
  const title = kind === 'rollback' ? say.rollbackTitle(service, revision ?? '') : say.title(service, buildId);
  const parts = [
    `# ${line(title)}`,
    factsOf(deployment, messages),
    whyOf(deployment, messages),
    changesOf(deployment, messages),
    section(say.checks, checksOf(deployment.checks, messages)),
    section(say.looks, looksOf(deployment, messages)),
    section(say.metrics, metricsOf(deployment.initialMetrics, messages)),
    section(say.issues, say.newIssues(deployment.verdicts.at(-1)?.numbers.newIssues ?? 0)),
    section(say.rollback, commandOf(deployment, messages)),
  ];
  return { file: fileOf(deployment), text: `${parts.filter((part) => part !== '').join('\n\n')}\n` };
}

/** Exactly what goes back by hand; null: there is nothing to go back to. */
export function rollbackCommand({ goodRevision, baseRevision, target }: Deployment): string | null {
  const revision = goodRevision ?? baseRevision;
  return revision === null ? null : `guardian rollback ${revision} --target ${target} --yes`;
}

/** `README.md` beside the logs: newest first, one line each. */
export function renderLogIndex(deployments: readonly Deployment[], messages: Messages): DeploymentLog {
  const { log: say, phases } = messages.deploy;
  const rows = [...deployments]
    .sort((a, b) => b.createdAt - a.createdAt)
    .map((one) => [
      `[${toInstant(one.createdAt).slice(0, 10)}](${fileOf(one)})`,
      line(one.service),
      String(one.buildId),
      line(one.revision ?? say.unknown),
      phases[one.phase],
      line(one.actor),
    ]);
  const head = [say.started, 'Service', say.build, say.revision, say.state, say.by];
  return { file: 'README.md', text: `# ${say.indexTitle}\n\n${rows.length === 0 ? say.none : table(head, rows)}\n` };
}

function fileOf({ createdAt, service, buildId, kind, id }: Deployment): string {
  const name = service
    .toLowerCase()
    .replace(/[^a-z0-9]{1,200}/g, '-')
    .slice(0, 60);
  const what = kind === 'rollback' ? `rollback-${id.slice(-6)}` : `build-${buildId}`;
  return `${toInstant(createdAt).slice(0, 10)}-${name}-${what}.md`;
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`;
}

function factsOf(deployment: Deployment, { deploy }: Messages): string {
  const { log: say, phases } = deploy;
  const { plan, buildId, revision, phase, actor, createdAt, finishedAt, goodRevision } = deployment;
  const facts: [string, string][] = [
    [say.state, phases[phase]],
    [say.build, String(buildId)],
    [say.revision, revision === null ? say.unknown : code(revision)],
    [say.image, code(`${plan.artifact.split('@')[0]}@${plan.digest}`)],
    [say.commit, plan.commit === null ? say.unknown : code(plan.commit)],
    [say.by, line(actor)],
    [say.started, toInstant(createdAt)],
    [say.finished, finishedAt === null ? say.none : toInstant(finishedAt)],
    [say.before, goodRevision === null ? say.none : code(goodRevision)],
  ];
  return facts.map(([name, value]) => `- ${name}${say.colon}${value}`).join('\n');
}

function whyOf(deployment: Deployment, messages: Messages): string {
  const { reason } = deployment;
  if (reason === null) return '';
  const { deploy } = messages;
  const facts = line(reasonInWords(deployment, messages));
  return `## ${deploy.log.why}\n\n${deploy.reasons[reason]}${facts === '' ? '' : ` (${facts})`}\n\n${deploy.log.todo}${deploy.log.colon}${deploy.remedies[reason]}`;
}

function changesOf({ plan }: Deployment, { deploy }: Messages): string {
  const say = deploy.log;
  const commits = plan.commits.map(
    ({ hash, subject, author }) => `- ${code(hash.slice(0, 10))} ${line(subject)} (${line(author)})`,
  );
  const settings = plan.difference.map(({ path, kind, before, after }) => {
    const shown = (value: string | null) =>
      value === null ? (path.startsWith('environment.') ? say.hidden : '') : line(value);
    return [line(path), say.kinds[kind], kind === 'added' ? '' : shown(before), kind === 'removed' ? '' : shown(after)];
  });
  const listed = commits.length === 0 ? say.none : commits.join('\n');
  const difference =
    settings.length === 0
      ? ''
      : `\n\n### ${say.settings}\n\n${table([say.setting, say.change, say.was, say.is], settings)}`;
  return `## ${say.changes}\n\n${listed}${difference}`;
}

function checksOf(checks: readonly CheckResult[], messages: Messages): string {
  if (checks.length === 0) return '';
  const { deploy } = messages;
  const say = deploy.log;
  const rows = checks.map(({ kind, name, outcome, facts }) => [
    name === kind ? deploy.checks[kind] : `${deploy.checks[kind]}${say.colon}${line(name)}`,
    deploy.outcomes[outcome],
    line(factsInWords(facts, messages)),
  ]);
  return table([say.check, say.outcome, say.seen], rows);
}

function looksOf({ verdicts, steps }: Deployment, { deploy }: Messages): string {
  if (verdicts.length === 0) return '';
  const say = deploy.log;
  const head = [say.share, say.verdict, say.errorsNew, say.errorsOld, say.pErrors, say.shift, say.pLatency];
  return table(
    head,
    verdicts.map((verdict) => lookRow(verdict, steps.length, deploy)),
  );
}

function lookRow(
  { percent, step, verdict, numbers }: StepVerdict,
  watchStep: number,
  { log: say, verdicts }: Messages['deploy'],
): string[] {
  const { newErrors, newRequests, oldErrors, oldRequests, errorP, latencyShift, latencyP } = numbers;
  return [
    step >= watchStep ? say.watch : `${percent} %`,
    verdicts[verdict],
    `${newErrors}/${newRequests}`,
    `${oldErrors}/${oldRequests}`,
    errorP === null ? '' : errorP.toPrecision(2),
    latencyShift === null ? '' : percentText(latencyShift),
    latencyP === null ? '' : latencyP.toPrecision(2),
  ];
}

function metricsOf(metrics: InitialMetrics | null, { deploy }: Messages): string {
  if (metrics === null) return '';
  const say = deploy.log;
  const { successRatio, p95Ms, cacheHitRatio, startMs, memoryBytes } = metrics;
  const facts: [string, string | null][] = [
    [say.success, successRatio === null ? null : percentText(successRatio)],
    [say.p95, p95Ms === null ? null : `${Math.round(p95Ms)} ms`],
    [say.cacheHits, cacheHitRatio === null ? null : percentText(cacheHitRatio)],
    [say.start, startMs === null ? null : `${(startMs / 1_000).toFixed(1)} s`],
    [say.memory, memoryBytes === null ? null : `${Math.round(memoryBytes / 1024 ** 2)} MiB`],
  ];
  return facts.map(([name, value]) => `- ${name}${say.colon}${value ?? say.unknown}`).join('\n');
}

function commandOf(deployment: Deployment, { deploy }: Messages): string {
  const command = rollbackCommand(deployment);
  return command === null ? deploy.log.none : `\`\`\`sh\n${command}\n\`\`\``;
}

function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
