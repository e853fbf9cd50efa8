import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import PostalMime from 'postal-mime';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { DeploymentDetail, DeploymentSummary } from '../../src/contracts/api/deployments.ts';
import type { FixDetail, FixSummary } from '../../src/contracts/api/fixes.ts';
import type { IssueDetail, IssueSummary } from '../../src/contracts/api/issues.ts';
import { type DashboardTab, ensureDashboard, openDashboard } from '../fixtures/dashboard-browser.ts';
import { type EmergenceWorld, openEmergence } from '../fixtures/emergence-world.ts';
import { sayJson, status } from '../fixtures/model-server/index.ts';

const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));
const STORY_MS = 360_000;
const AGENT = 'agent@emergence.example';
const OPERATOR = 'operator@emergence.example';
let world: EmergenceWorld;
let tab: DashboardTab | null = null;

beforeAll(() => {
  ensureDashboard();
  mkdirSync(ARTEFACTS, { recursive: true });
}, STORY_MS);

afterEach(async () => {
  await tab?.close();
  tab = null;
  await world.stop();
}, STORY_MS);

async function until<T>(
  what: string | (() => string),
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
) {
  const end = performance.now() + 120_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end)
      throw new Error(`not seen: ${typeof what === 'string' ? what : what()}\n${world.guardian.errors()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const itemsOf = async <T>(path: string) => (await world.get<{ items: T[] }>(path)).items;
const fixOf = (id: string) => world.get<FixDetail>(`/api/fixes/${id}`);
const issueOf = (id: string) => world.get<IssueDetail>(`/api/issues/${id}`);

interface Letter {
  to: string[];
  subject: string;
  text: string;
}

/** The first mail to somebody whose subject holds the text. */
function letter(to: string, subject: string): Promise<Letter> {
  let others: Letter[] = [];
  const what = () => `a mail to ${to} about "${subject}" among:\n${others.map((one) => one.subject).join('\n')}`;
  return until(what, async () => {
    const own = world.mailbox.messages.filter((message) => message.to.includes(to));
    others = await Promise.all(
      own.map(async (message) => {
        const parsed = await PostalMime.parse(message.raw);
        return { to: message.to, subject: parsed.subject ?? '', text: parsed.text ?? '' };
      }),
    );
    return others.find((one) => one.subject.includes(subject));
  });
}

interface Broken {
  /** The deployment of the commit that loses messages; it waits for a person. */
  held: DeploymentSummary;
  issue: IssueSummary;
  fix: FixSummary;
}

/** Until an agent has proposed something: it works, somebody is in a hurry, messages are lost, an issue opens, the agent is handed it. */
async function breakIt(): Promise<Broken> {
  const { history } = world;
  const first = await world.deploy(
    history.good,
    '--set',
    `GUARDIAN_URL=${world.guardian.url}`,
    '--set',
    'GUARDIAN_KEY',
  );
  expect([first.status, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toContain('environment.GUARDIAN_KEY: added (value not shown)');
  expect(first.stdout).not.toContain(world.guardian.key);

  const before = world.talk({ isKnown: true });
  // Nothing that people did so far shows the fault; and a change of what is stored cannot be undone.
  const second = await world.deploy(history.bad, '--irreversible');
  expect([second.status, second.stderr]).toEqual([0, '']);
  expect((await before.stop()).lost).toBe(0);

  const people = world.talk();
  const held = await until('the deployment is held', async () => {
    const [found] = await itemsOf<DeploymentSummary>('/api/deployments?state=holding');
    return found;
  });
  const issue = await until('the issue', async () => (await itemsOf<IssueSummary>('/api/issues'))[0]);
  const fix = await until('a proposal', async () => {
    const [found] = await itemsOf<FixSummary>('/api/fixes');
    return found?.state === 'handed off' ? null : found;
  });
  const { lost } = await people.stop();
  expect(lost).toBeGreaterThan(0);
  return { held, issue, fix };
}

it(
  'mends a service that a bad commit broke: issue, CRITICAL mail, an agent, tests, deployment, silence, "verified"',
  async () => {
    world = await openEmergence('careful');
    // Two models, the first of which is down.
    world.models.behave(({ model }) => (model === 'neo-analysis' ? status(503) : sayJson(SAID)));
    const { held, issue, fix } = await breakIt();
    expect(issue).toMatchObject({
      title: "TypeError: Cannot read properties of undefined (reading 'text')",
      severity: 'fatal',
      service: 'emergence',
    });

    // What the coding agent is mailed: what broke, where, by which commit, and what users did.
    const { bad } = world.history;
    const critical = await letter(AGENT, 'Production CRITICAL');
    expect(critical.text).toContain("TypeError: Cannot read properties of undefined (reading 'text')");
    expect(critical.text).toContain('src/quote.js:7 quoteOf (code as it runs)');
    expect(critical.text).toContain(`${bad.slice(0, 8)} Look messages up by number instead of searching`);
    expect(critical.text).toMatch(/Usage\n.*2 active users/s);
    expect((await letter(OPERATOR, 'DEPLOYMENT_HELD')).text).toContain('It is marked irreversible');

    // From nothing but the hand-off, in a working tree of its own; then the tests of the project.
    expect(fix).toMatchObject({ state: 'proposed', way: 'command', agent: 'coding-agent', by: 'Guardian' });
    expect(fix.branch).toBe('guardian/fix-default-1');
    const { run } = await fixOf(fix.id);
    expect(run).toMatchObject({
      outcome: 'proposed',
      exitCode: 0,
      filesChanged: 2,
      tests: { command: 'node --test', passed: true },
    });
    expect(run!.output).toContain('src/quote.js:7: earlier is not there when its text is read');
    expect(run!.diff).toContain('+  if (earlier === undefined) return null;');
    expect((await letter(OPERATOR, 'Fix proposed')).text).toContain('guardian/fix-default-1');
    expect(world.git('rev-parse', 'main')).toBe(bad);
    expect((await issueOf(issue.id)).state).toBe('handed off');

    // Meanwhile it says what conversations are about, by the second model.
    const analysed = await fetch(`${world.url}/api/memory/analyze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ session_id: 'hall', messages: [{ role: 'user', content: TALK }] }),
    });
    expect(await analysed.json()).toMatchObject({
      status: 'completed',
      analysis: { concepts: SAID.concepts },
      metadata: { provider: 'openai', attempts: [{ provider: 'neo_analysis' }, { provider: 'openai' }] },
    });

    // A person reads it, lets the held deployment stand, merges, and deploys.
    await world.post(`/api/deployments/${held.id}/promote`);
    world.git('merge', '--quiet', '--ff-only', fix.branch!);
    const people = world.talk();
    const third = await world.deploy();
    expect([third.status, third.stderr]).toEqual([0, '']);
    expect(third.stdout).toMatch(/Check "Tests": passed \(passed: 4; of: 4/);
    expect(third.stdout).toMatch(/Compared at 50 %: pass \(0 of \d+ failed/);

    const verified = await until('verified', async () => {
      const seen = await fixOf(fix.id);
      return seen.state === 'deployed' || seen.state === 'proposed' ? null : seen;
    });
    await people.stop();
    expect(verified).toMatchObject({
      state: 'verified',
      revision: 'emergence-3',
      verification: { revision: 'emergence-3', outcome: 'fixed', incidents: 0, unit: 'requests' },
    });
    const { requests, needed } = verified.verification!;
    expect(needed).toBeGreaterThanOrEqual(20);
    expect(requests).toBeGreaterThanOrEqual(needed!);
    expect((await issueOf(issue.id)).state).toBe('resolved');
    const told = await letter(OPERATOR, 'Fix verified');
    expect(told.text).toMatch(/Revision: emergence-3\nIncidents on it: 0\nRequests on it: \d+/);

    const [deployment] = await itemsOf<DeploymentSummary>('/api/deployments');
    tab = await openDashboard(world.guardian.url);
    await seeAll('verified', { issue: issue.id, fix: fix.id, deployment: deployment!.id });
    expect(tab.troubles).toEqual([]);
  },
  STORY_MS,
);

it(
  'takes a bad fix back by itself before most people meet it, and tells that the issue is seen again',
  async () => {
    world = await openEmergence('hasty');
    const { held, issue, fix } = await breakIt();
    const { run } = await fixOf(fix.id);
    // The tests of the project do not see what is wrong with it.
    expect(run).toMatchObject({ outcome: 'proposed', filesChanged: 1, tests: { passed: true } });
    expect(run!.diff).toContain('.get(String(message.replyTo))');

    await world.post(`/api/deployments/${held.id}/promote`);
    world.git('merge', '--quiet', '--ff-only', fix.branch!);
    const people = world.talk();
    const third = await world.deploy();
    await people.stop();
    expect(third.status).toBe(1);
    expect(third.stdout).toMatch(/Compared at 50 %: fail/);

    const [deployment] = await itemsOf<DeploymentSummary>('/api/deployments');
    expect(deployment).toMatchObject({ revision: 'emergence-3', state: 'rolled back', traffic: 0 });
    const { items: targets } = await world.get<{ items: { traffic: object[]; pinnedTo: string | null }[] }>(
      '/api/deploy-targets',
    );
    expect(targets[0]).toMatchObject({ traffic: [{ revision: 'emergence-2', percent: 100 }], pinnedTo: 'emergence-2' });
    expect((await letter(OPERATOR, 'emergence, build 3')).subject).toContain('Rolled back');
    expect((await letter(OPERATOR, 'emergence, build 3')).text).toMatch(/Pinned to: emergence-2/);

    const recurred = await until('recurred', async () => {
      const seen = await fixOf(fix.id);
      return seen.state === 'recurred' ? seen : null;
    });
    expect(recurred.verification).toMatchObject({ revision: 'emergence-3', outcome: 'still seen' });
    expect(recurred.verification!.incidents).toBeGreaterThan(0);
    const told = await letter(OPERATOR, 'Not fixed: DEFAULT-1');
    expect(told.text).toMatch(/Revision: emergence-3\nIncidents on it: [1-9]/);
    // Regressed, or handed off once more by now.
    expect(['regressed', 'handed off']).toContain((await issueOf(issue.id)).state);

    tab = await openDashboard(world.guardian.url);
    await seeAll('recurred', { issue: issue.id, fix: fix.id, deployment: deployment!.id });
    expect(tab.troubles).toEqual([]);
  },
  STORY_MS,
);

/** Looks where a person would: each page shows what it is about, and a picture of it is kept. */
async function seeAll(name: string, { issue, fix, deployment }: { issue: string; fix: string; deployment: string }) {
  const { page } = tab!;
  const look = async (path: string, text: string, called: string) => {
    await page.goto(`${world.guardian.url}${path}`);
    await page.getByText(text, { exact: false }).first().waitFor();
    await expect.poll(() => page.locator('body').textContent()).not.toContain('Loading …');
    await page.screenshot({ path: `${ARTEFACTS}emergence-${name}-${called}.png`, fullPage: true });
  };
  const { revision } = await world.get<DeploymentDetail>(`/api/deployments/${deployment}`);
  await look(`/issues/${issue}`, 'Cannot read properties of undefined', 'issue');
  await look('/fixes', 'DEFAULT-1', 'fixes');
  await look(`/fixes/${fix}`, 'emergence-3', 'fix');
  await look('/deployments', revision, 'deployments');
  await look(`/deployments/${deployment}`, revision, 'deployment');
}

const TALK =
  'Ana asked whether the hall in Lyon is free on Tuesday. Ben answered that it is free on Thursday evening, and that the key is with Clara.';
const SAID = {
  summary:
    'Ana asks whether the hall in Lyon is free on Tuesday. Ben says that it is free on Thursday evening, and that Clara has the key.',
  concepts: ['hall in Lyon', 'Thursday evening', 'key'],
  entities: [],
};
