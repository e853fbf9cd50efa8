import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageDefinition } from '../notify/render/message-template.ts';
import { reportDefinition } from '../reports/index.ts';
import { GuardianError } from '../shared/index.ts';
import { agentDefinition, chooseAgentTemplate, createTemplateLibrary, readTemplateFiles } from './index.ts';

const NOW = Date.UTC(2026, 0, 31);
const clock = { now: () => NOW };
const definitions = [messageDefinition, reportDefinition, agentDefinition];
const open = (chosen = {}, failures: string[] = []) =>
  createTemplateLibrary({ definitions, chosen, clock, onFailure: (_, { message }) => failures.push(message) });

type Library = ReturnType<typeof open>;

function add(library: Library, source: string, namespace = 'acme') {
  const read = library.read(source, { namespace, file: `${namespace}/x.template` });
  if (!Array.isArray(read)) library.keep(read);
  return Array.isArray(read) ? read : [];
}

const child = (version: string, foot: string, over = '') => `name: message
kind: notification
version: ${version}
extends: guardian/message@1.0.0
${over}
=== text
{{#block foot}}
${foot}
{{/block}}
`;

describe('templates', () => {
  it('row 29: 1.0.0 that is asked for is 1.0.0 that is given, whatever came later; unknown is an error', () => {
    const library = open();
    const [first, second] = [child('1.0.0', 'First foot'), child('2.0.0', 'Second foot')];
    expect([add(library, first), add(library, second)]).toEqual([[], []]);
    expect(library.get('acme/message@1.0.0').content).toBe(first);
    expect(library.get('acme/message@2.0.0').content).toBe(second);
    expect(library.get('acme/message').version).toBe('2.0.0');
    const data = messageDefinition.sample('en');
    expect(library.fillVersion('acme/message@1.0.0', 'text', data)).toContain('First foot');
    for (const unknown of ['acme/message@1.0.1', 'other/message', 'acme/other', 'acme', '../etc/passwd', '__proto__/x'])
      expect(() => library.get(unknown)).toThrow(GuardianError);
  });

  it('row 29: a version never changes: the same number with other content is refused', () => {
    const library = open();
    add(library, child('1.0.0', 'One'));
    expect(() => add(library, child('1.0.0', 'Another'))).toThrow('other content');
    expect(add(library, child('1.0.0', 'One'))).toEqual([]);
    expect(library.list().filter(({ namespace }) => namespace === 'acme')).toHaveLength(1);
  });

  it('compares versions as numbers', () => {
    const library = open();
    for (const version of ['1.9.0', '1.10.0', '1.2.30']) add(library, child(version, version));
    expect(library.get('acme/message').version).toBe('1.10.0');
  });

  it('keeps namespaces apart: the same name is another template, and nobody else is of guardian', () => {
    const library = open({ message: 'acme/message' });
    add(library, child('1.0.0', 'of acme'));
    add(library, child('1.0.0', 'of zeta'), 'zeta');
    const { text } = library.fill('message', ['text'], messageDefinition.sample('en'));
    expect(text).toContain('of acme');
    expect(text).not.toContain('of zeta');
    expect(add(library, child('9.0.0', 'mine'), 'guardian')).toEqual([
      { path: 'namespace', message: expect.stringContaining("Guardian's own") },
    ]);
  });

  it('inherits over several generations: blocks of the youngest, parts of whoever gives them', () => {
    const library = open();
    add(library, child('1.0.0', 'parent foot'));
    const grandchild = `name: short
kind: notification
version: 1.0.0
extends: acme/message@1.0.0
=== text
{{#block head}}
HEAD {{title}}
{{/block}}
=== subject
Own: {{title}}
`;
    expect(add(library, grandchild)).toEqual([]);
    const data = messageDefinition.sample('en');
    const text = library.fillVersion('acme/short@1.0.0', 'text', data);
    expect(text).toMatch(/^HEAD Nightly/);
    expect(text).toContain('parent foot');
    expect(library.fillVersion('acme/short', 'subject', data)).toMatch(/^Own: Nightly/);
    expect(library.fillVersion('acme/short', 'html', data)).toBe(library.fillVersion('guardian/message', 'html', data));
  });

  it.each([
    ['a name that the data has not', child('1.0.0', '{{nobody}}'), 'text, line 8', 'there is no "nobody" here'],
    ['a block that is not there', child('1.0.0', 'x').replaceAll('foot', 'feet'), 'text, line 7', 'no block "feet"'],
    ['a block within itself', child('1.0.0', '{{#block foot}}y{{/block}}'), 'text, line', 'within itself'],
    ['a part that is none', `${child('1.0.0', 'x')}=== script\nalert(1)`, 'line 10', 'there is no part "script"'],
    ['nothing to extend', child('1.0.0', 'x').replace('@1.0.0', '@7.0.0'), 'extends', 'guardian/message@7.0.0'],
    ['another kind', child('1.0.0', 'x').replace('kind: notification', 'kind: report'), 'kind', 'notification'],
    ['parts missing', 'name: a\nkind: notification\nversion: 1.0.0\n=== text\nx', 'subject', 'is missing'],
    ['what says nothing', `${child('1.0.0', 'x')}=== subject\n{{#if nothing}}{{/if}}`, 'subject', ''],
  ])('refuses %s, and says where', (_, source, path, message) => {
    const faults = add(open(), source);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults[0]!.path).toContain(path);
    expect(faults[0]!.message).toContain(message);
  });

  it('never lets what an event wrote become markup, in whatever format', () => {
    const library = open();
    const hostile = fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', "'", '{{', '}}', 'script', '\u202e', 'a', '*'),
    });
    fc.assert(
      fc.property(hostile, (text) => {
        const data = { ...messageDefinition.sample('en'), title: `<i>${text}`, items: [], links: [], notes: [] };
        const { html, slack } = library.fill('message', ['html', 'slack'], data);
        const body = html!.slice(html!.indexOf('<h1'), html!.indexOf('</h1>'));
        expect(body.replace(/^<h1[^>]*>/, '')).not.toMatch(/[<>"]/);
        expect(slack!.replaceAll('&lt;', '').replaceAll('&gt;', '')).not.toMatch(/[<>]/);
      }),
    );
  });

  it('tells by the built-in one what somebody’s own cannot say, and counts both', () => {
    const failures: string[] = [];
    const library = open({ message: 'acme/message' }, failures);
    add(library, child('1.0.0', '{{#each items}}{{#each items}}{{#each items}}{{title}}{{/each}}{{/each}}{{/each}}'));
    const item = { title: 'x', facts: [], isThere: '', indent: '', badge: null };
    const data = { ...messageDefinition.sample('en'), items: Array.from({ length: 90 }, () => item) };
    expect(library.fill('message', ['text'], data).text).toContain('Nightly');
    expect(failures[0]).toContain('too many steps');
    expect(
      library.uses
        .take()
        .map(({ namespace, renders, failures: failed, lastUsedAt }) => [namespace, renders, failed, lastUsedAt]),
    ).toEqual([
      ['acme', 1, 1, NOW],
      ['guardian', 1, 0, NOW],
    ]);
    expect(library.uses.take()).toEqual([]);
  });

  it('reads files in whatever order they extend each other', async () => {
    const library = open();
    const grandchild = child('1.0.0', 'deep')
      .replace('name: message', 'name: deep')
      .replace('guardian/message@', 'acme/message@');
    const sources = [grandchild, child('1.0.0', 'x'), 'half-writ'].map((source, index) => ({
      ...{ namespace: 'acme', file: `acme/${index}.template`, source, problem: null },
    }));
    const { read, faults, current } = await readTemplateFiles(library, sources, async (one) => void library.keep(one));
    expect(read.map(({ version }) => version.name)).toEqual(['message', 'deep']);
    expect(faults.map(({ file }) => file)).toEqual(['acme/2.template']);
    expect([...current]).toEqual([
      ['acme/message', '1.0.0'],
      ['acme/deep', '1.0.0'],
    ]);
  });
});

describe('settings of agents', () => {
  const settings = (name: string, agents: string, level: string) => `name: ${name}
kind: agent
version: 1.0.0
=== settings
agents: ${agents}
level: ${level}
field team: {{domain}}-team
`;

  it('are those of the template that fits best', () => {
    const library = open();
    add(library, settings('all', '*.*.*', 'warn'));
    add(library, settings('billing', 'billing.*.*', 'debug'));
    const chosen = (domain: string) => chooseAgentTemplate(library, { domain, role: 'planner', name: 'a' });
    expect(chosen('billing')).toEqual({
      ...{ template: 'acme/billing@1.0.0', agents: 'billing.*.*', level: 'debug' },
      fields: { team: 'billing-team' },
    });
    expect(chosen('other')).toMatchObject({ template: 'acme/all@1.0.0', level: 'warn' });
    expect(chooseAgentTemplate(open(), { domain: 'x', role: 'y', name: 'z' })).toEqual({
      ...{ template: 'guardian/agent@1.0.0', agents: '*.*.*', level: null, fields: {} },
    });
  });

  it('cannot be set by the name of an agent', () => {
    const library = open();
    add(library, settings('all', '*.*.*', 'warn'));
    const { level, fields } = chooseAgentTemplate(library, { domain: 'x\nlevel: trace', role: 'y', name: 'z' });
    expect({ level, fields }).toEqual({ level: 'warn', fields: { team: 'x level: trace-team' } });
  });

  it('refuses what is no setting', () => {
    expect(add(open(), settings('x', '*.*', 'warn'))[0]!.message).toContain('DOMAIN.ROLE.NAME');
    expect(add(open(), settings('x', '*.*.*', 'loud'))[0]!.message).toContain('no level');
  });
});
