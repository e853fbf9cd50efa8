import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { runGuardian } from './run-guardian.ts';
import { put, workspace } from './workspace.ts';

const folder = workspace();
const CONFIGURATION = `export default {
  alertTypes: ['TOO_DRY', 'UNPLUGGED'],
  rules: [
    {
      name: 'too-dry',
      type: 'TOO_DRY',
      advice: 'Fill the tank',
      measurement: {
        name: 'humidity',
        unit: '%',
        value: { below: 35, tiers: [{ below: 30, severity: 'critical' }] },
        examples: { match: [28.5, 34.9], noMatch: [35, 45] },
      },
    },
    {
      name: 'unplugged',
      type: 'UNPLUGGED',
      text: {
        any: ['unplugged', 'débranch*'],
        unless: ['on purpose'],
        oldest: null,
        examples: { match: ['Trouvé débranché'], noMatch: ['unplugged on purpose'] },
      },
    },
  ],
};
`;
put(folder, 'guardian.config.ts', CONFIGURATION);

let server: RunningServer;

beforeAll(async () => {
  server = await startGuardian({ folder });
});
afterAll(() => server.stop());

const alerts = (...args: string[]) =>
  runGuardian(['alerts', ...args], { folder, environment: { GUARDIAN_URL: server.url } });

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify(body),
  });
  return response.json();
}
const humidity = (value: number, at: string) =>
  post('/api/measurements', {
    name: 'humidity',
    subject: { kind: 'piano', id: '12', name: 'Piano 12' },
    value,
    unit: '%',
    at,
  });

describe('`guardian alerts`', () => {
  it('says that nothing is wrong when nothing is', async () => {
    const { status, stdout } = await alerts('list');
    expect([status, stdout]).toEqual([
      0,
      'No alert: nothing is wrong that a rule looks at.\n\n0 firing, 0 acknowledged, 0 resolved\n',
    ]);
  });

  it('lists what fires, with what to know of it, and nothing that could move a terminal', async () => {
    await humidity(28.5, '2026-01-31T08:00:00Z');
    await post('/api/texts', {
      id: 'note-1',
      text: 'Trouvé débranché \u001b[31m',
      subject: { kind: 'piano', id: '14', name: 'Piano 14' },
      at: '2026-01-31T08:01:00Z',
    });
    const { status, stdout, stderr } = await alerts('list');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('#1  firing  CRITICAL  TOO_DRY    Piano 12  28.5 %  since 2026-01-31T08:00:00.000Z');
    expect(stdout).toContain('      humidity of Piano 12 is 28.5 % (limit: below 30 %)');
    expect(stdout).toContain('Piano 14: “Trouvé débranché');
    expect(stdout).toContain('\n2 firing, 0 acknowledged, 0 resolved\n');
    expect(stdout).not.toContain('\u001b');
    expect((await alerts('list', '--type', 'TOO_DRY', '--severity', 'critical')).stdout).not.toContain('UNPLUGGED');
    const page = JSON.parse((await alerts('list', '--json')).stdout) as { items: { type: string; advice: string }[] };
    expect(page.items.find(({ type }) => type === 'TOO_DRY')?.advice).toBe('Fill the tank');
  });

  it('F6: archives nothing that fires, keeps notes, and says which number is unknown', async () => {
    expect(await alerts('archive', '#1')).toMatchObject({ status: 73, stderr: 'NOT done: #1: it is not resolved\n' });
    const partly = await alerts('ack', '1', '99', '--notes', 'on my way');
    expect(partly).toMatchObject({ status: 66, stderr: 'NOT done: 99: there is no such alert\n' });
    expect(partly.stdout).toMatch(/^Done: 1\nTo take it back: guardian alerts undo \S+\n$/);
    const { items } = (await (await fetch(`${server.url}/api/alerts?type=TOO_DRY`)).json()) as {
      items: { id: string }[];
    };
    const detail = (await (await fetch(`${server.url}/api/alerts/${items[0]!.id}`)).json()) as { changes: unknown[] };
    expect(detail.changes.at(-1)).toMatchObject({ action: 'acknowledged', notes: 'on my way', from: 'firing' });
  });

  it('F6: takes a bulk action back', async () => {
    const resolved = await alerts('resolve', '1', '2', '--notes', 'cleaned up');
    expect(resolved.status).toBe(0);
    const token = /undo (\S+)/.exec(resolved.stdout)![1]!;
    const undone = await alerts('undo', token);
    expect([undone.status, undone.stdout.match(/^Done/gm)?.length]).toEqual([0, 2]);
    expect((await alerts('list')).stdout).toContain('1 firing, 1 acknowledged, 0 resolved');
    expect(await alerts('undo', token)).toMatchObject({ status: 73 });
  });

  it('resolves, archives and finds it among the archived', async () => {
    expect((await alerts('resolve', '2')).status).toBe(0);
    expect((await alerts('archive', '2')).status).toBe(0);
    expect((await alerts('list', '--archived')).stdout).toContain('#2  resolved, archived');
    expect((await alerts('unarchive', '2')).status).toBe(0);
    expect((await alerts('reopen', '2')).status).toBe(0);
    expect((await alerts('list')).stdout).toContain('#2  firing');
  });

  it.each([
    [['list', '--state', 'burning'], 65],
    [['undo', 'nothing'], 65],
    [['explode', '1'], 64],
    [['ack'], 64],
    [['list', '--url', 'ftp://x'], 64],
    [['list', '--url', 'http://127.0.0.1:1'], 3],
  ])('%j ends with %d, and says why', async (args, status) => {
    const result = await alerts(...args);
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toMatch(/^guardian: .+\n {2}→ .+\n$/);
  });
});

describe('`guardian alerts test`', () => {
  const test = (...args: string[]) => runGuardian(['alerts', 'test', ...args], { folder });

  it('prints precision and recall over the examples, without a server', async () => {
    expect(await test()).toMatchObject({
      status: 0,
      stdout: [
        'too-dry (TOO_DRY): precision 100.0 %, recall 100.0 % over 4 (0 wrongly matched, 0 missed)',
        'unplugged (UNPLUGGED): precision 100.0 %, recall 100.0 % over 2 (0 wrongly matched, 0 missed)',
        'Every example holds.',
        '',
      ].join('\n'),
    });
  });

  it('prints them over texts that people labelled', async () => {
    const rows = [
      { text: 'unplugged', types: ['UNPLUGGED'] },
      { text: 'no power at all', types: ['UNPLUGGED'] },
      { text: 'was unplugged, I think', types: [] },
    ];
    writeFileSync(join(folder, 'notes.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join('\n'));
    const { status, stdout } = await test('--labelled', 'notes.jsonl');
    expect(status).toBe(0);
    expect(stdout).toContain('UNPLUGGED: precision 50.0 %, recall 50.0 % over 3 (1 wrongly matched, 1 missed)');
    expect(stdout).toContain(
      '  line 3: UNPLUGGED missed: no power at all\n  line 5: UNPLUGGED wrongly matched: was unplugged, I think',
    );
    writeFileSync(join(folder, 'wrong.jsonl'), '{"text": 1}\n');
    expect(await test('--labelled', 'wrong.jsonl')).toMatchObject({ status: 65, stdout: '' });
    expect(await test('--labelled', 'missing.jsonl')).toMatchObject({ status: 3, stdout: '' });
  });

  it('F5: shows every example that does not hold; a server with such a rule does not start', async () => {
    put(folder, 'wrong.config.ts', CONFIGURATION.replace("['Trouvé débranché']", "['Trouvé débranché', 'no power']"));
    const tested = await test('--config', 'wrong.config.ts');
    expect(tested.status).toBe(1);
    expect(tested.stdout).toContain('  does not match: no power\n1 example does not hold.\n');
    const elsewhere = workspace();
    put(elsewhere, 'guardian.config.ts', CONFIGURATION.replace("['Trouvé débranché']", "['no power']"));
    const started = await runGuardian(['start', '--port', '0'], { folder: elsewhere });
    expect(started).toMatchObject({ status: 78, stdout: '' });
    expect(started.stderr).toContain('rules[1] (unplugged).examples.match[0]: the rule does not match "no power"');
  });

  it('F4: refuses a rule whose type is not declared', async () => {
    put(folder, 'undeclared.config.ts', CONFIGURATION.replace("'TOO_DRY', 'UNPLUGGED'", "'TOO_DRY'"));
    const { status, stderr } = await test('--config', 'undeclared.config.ts');
    expect(status).toBe(78);
    expect(stderr).toContain('rules[1] (unplugged).type: "UNPLUGGED" is not declared');
  });
});
