import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addIssue } from '../../../test/contract/fixes-fixtures.ts';
import { type GuardianError, messagesFor, systemClock } from '../../core/shared/index.ts';
import { makeShop, openTestServer, type TestServer } from '../../server/server-fixtures.ts';
import { run } from './fix.ts';

let server: TestServer;
let url: string;
beforeEach(async () => {
  server = await openTestServer({
    configuration: {
      mail: { from: 'guardian@example.com' },
      fixes: { agents: { ana: { way: 'mail', address: 'ana@example.com', description: 'mends by hand' } } },
    },
    fixMaterialOf: async () => ({
      handOff: { markdown: '# Hand-off\n', json: {} as never },
      fixability: { score: 80, points: [{ signal: 'application-code', points: 25 }], cap: null },
      ...{ revision: 'r-1', commit: 'a'.repeat(40), testCommand: null, isPublic: false, isNew: true },
    }),
  });
  const { id: projectId } = await makeShop(server);
  await addIssue(server.store, {
    id: 'issue-1',
    projectId,
    more: { title: 'TypeError: \u001b[31mred\nsecond line' },
  });
  ({ url } = await server.start());
});
afterEach(() => server.close());

async function fix(...args: string[]) {
  let stdout = '';
  const write = (text: string) => {
    stdout += text;
  };
  const output = { write, isTerminal: false, columns: 0 };
  const status = await run({
    ...{ arguments: args, folder: '/', environment: { GUARDIAN_URL: url }, clock: systemClock, output },
    ...{ errors: output, signal: new AbortController().signal },
  });
  return { status, stdout };
}
const refusal = (...args: string[]) => fix(...args).catch((error: { code: string }) => error.code);

describe('`guardian fix`', () => {
  it('says whom there is, hands off by name, and lists it with nothing in it that moves a terminal', async () => {
    expect((await fix('agents')).stdout).toBe('ana  mail\n      mends by hand\n');
    expect((await fix('list')).stdout).toBe('No hand-off.\n');
    const handed = await fix('hand-off', 'SHOP-1', '--agent', 'ana');
    const id = /^SHOP-1 is handed off to ana: (fix-[0-9a-f]{12})\n$/.exec(handed.stdout)![1]!;
    const listed = (await fix('list', '--issue', 'SHOP-1')).stdout;
    expect(listed).toMatch(new RegExp(`^${id} {2}SHOP-1 {2}Handed off {2}mail: ana {2}2026-`));
    expect(listed).not.toContain('\u001b');
    expect(listed.trimEnd().split('\n')).toHaveLength(2);
    expect(JSON.parse((await fix('list', '--json', '--state', 'merged')).stdout)).toMatchObject({ items: [] });
    expect((await fix('list', '--lang', 'fr')).stdout).toContain('Remis');
  });

  it('says before it hands anything over what would be refused, and why nothing is handed off by itself', async () => {
    const { stdout, status } = await fix('check', 'SHOP-1');
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'Fixability 80 of 100.',
        '      25 application code shown',
        'mail  ana  may be handed over',
        'mcp  may be handed over',
        'By itself: no, because',
        '      no agent is named for it (fixes.automatic)',
      ]),
    );
    await fix('hand-off', 'SHOP-1', '--agent', 'ana');
    const after = (await fix('check', 'SHOP-1', '--lang', 'fr')).stdout;
    expect(after).toContain(
      'mail  ana  remise refusée\n      son problème a déjà été remis, et cela est encore en cours\n',
    );
    expect(JSON.parse((await fix('check', 'SHOP-1', '--json')).stdout)).toMatchObject({ open: expect.any(String) });
    expect(await refusal('check', 'SHOP-99')).toBe('not_found');
  });

  it('moves it on, and shows it whole', async () => {
    const { stdout } = await fix('hand-off', 'SHOP-1', '--way', 'mcp', '--json');
    const { id } = JSON.parse(stdout) as { id: string };
    expect((await fix('reply', id, 'propose', '--branch', 'fix/price')).stdout).toBe(`${id}: A change is proposed\n`);
    await fix('reply', id, 'note', '--text', 'one\n\u001b[2Jtwo');
    expect((await fix('reply', id, 'deploy', '--revision', 'r-2')).stdout).toBe(`${id}: Deployed\n`);
    const shown = (await fix('show', id)).stdout;
    expect(shown).toContain('      25 application code shown\n');
    expect(shown).toContain('| Note\n| one\n| \\u{1b}[2Jtwo\n');
    expect(shown).toContain('| A change is proposed\n| fix/price\n');
    expect(shown).not.toContain('\u001b');
  });

  it('refuses with the code of the server, or says how it is called', async () => {
    const { stdout } = await fix('hand-off', 'SHOP-1', '--way', 'mcp', '--json');
    const { id } = JSON.parse(stdout) as { id: string };
    expect(await refusal('hand-off', 'SHOP-1', '--way', 'mcp')).toBe('conflict');
    expect(await refusal('hand-off', 'SHOP-9', '--way', 'mcp')).toBe('not_found');
    expect(await refusal('hand-off', 'SHOP-1', '--agent', 'nobody')).toBe('usage_invalid');
    expect(await refusal('reply', id, 'propose')).toBe('payload_invalid');
    expect(await refusal('reply', id, 'approve')).toBe('usage_invalid');
    expect(await refusal('show', 'fix-000000000000')).toBe('not_found');
    const missing = await fix('show', 'fix-000000000000').catch((error: GuardianError) =>
      error.explain(messagesFor('en')),
    );
    expect(missing).toMatchObject({ message: 'Not found: there is no such hand-off.' });
    expect(await refusal()).toBe('usage_invalid');
  });
});
