import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkTemplate,
  escapeFor,
  Fragment,
  parseTemplate,
  readTemplateFile,
  renderTemplate,
  TemplateError,
  type TemplateFormat,
} from './index.ts';

const render = (source: string, data: Record<string, unknown> = {}, format: TemplateFormat = 'text') =>
  renderTemplate(parseTemplate(source), data, { format });

function errorOf(work: () => unknown): { message: string; line: number; column: number } {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof TemplateError) return { message: thrown.message, line: thrown.line, column: thrown.column };
    throw thrown;
  }
  throw new Error('nothing was wrong');
}

describe('a template', () => {
  it('shows values, of parts and of lists, and nothing for what is not there', () => {
    const data = { title: 'Disk full', job: { label: 'Sync' }, names: ['a', 'b'], count: 0 };
    expect(render('{{title}}: {{ job.label }} {{names.1}} {{count}}{{missing}}{{job.missing.deep}}.', data)).toBe(
      'Disk full: Sync b 0.',
    );
  });

  it('leaves parts out, and goes over lists', () => {
    const source =
      '{{#if intro}}{{intro}}{{else}}none{{/if}}|{{#each items}}{{name}}@{{place}};{{else}}no item{{/each}}';
    expect(
      render(source, { intro: 'Hello', place: 'here', items: [{ name: 'a' }, { name: 'b', place: 'there' }] }),
    ).toBe('Hello|a@here;b@there;');
    expect(render(source, { intro: '', items: [] })).toBe('none|no item');
    expect(render('{{#each words}}<{{.}}>{{/each}}', { words: ['x', 'y'] })).toBe('<x><y>');
  });

  it('leaves no line behind where a tag stands alone on it', () => {
    const source = 'a\n{{! why }}\n{{#each items}}\n- {{.}}\n  {{/each}}\nb {{#if x}}c{{/if}}\n';
    expect(render(source, { items: [1, 2] })).toBe('a\n- 1\n- 2\nb \n');
  });

  it('gives blocks to who extends it', () => {
    const nodes = parseTemplate('<p>{{title}}</p>{{#block foot}}own foot{{/block}}');
    const overrides = new Map([['foot', parseTemplate('another: {{title}}')]]);
    expect(renderTemplate(nodes, { title: 'T' }, { format: 'html' })).toBe('<p>T</p>own foot');
    expect(renderTemplate(nodes, { title: 'T' }, { format: 'html', overrides })).toBe('<p>T</p>another: T');
  });

  it.each([
    ['a {{#if x}}', '{{#if}} is never closed', 1, 3],
    ['a\n b {{/if}}', '{{/if}} closes nothing', 2, 4],
    ['{{#each a}}{{/if}}', '{{/if}} closes nothing', 1, 12],
    ['{{else}}', '{{else}} without {{#if}} or {{#each}}', 1, 1],
    ['{{#if a}}{{else}}{{else}}{{/if}}', 'a second {{else}}', 1, 18],
    ['{{#with a}}{{/with}}', '{{#with}} is not known: if, each and block are', 1, 1],
    ['{{#if}}{{/if}}', '{{#if}} takes one name', 1, 1],
    ['{{a(b)}}', '"a(b)" is no name of a value', 1, 1],
    ['{{> other}}', '"> other" is no name of a value', 1, 1],
    ['{{{raw}}}', '"{raw" is no name of a value', 1, 1],
    ['x {{a', '{{ without }}', 1, 3],
    ['{{#if a}}'.repeat(17), 'nests deeper than 16', 1, 145],
    ['x'.repeat(100_001), 'a part has at most 100000 characters', 1, 1],
  ])('says what is wrong and where: %#', (source, message, line, column) => {
    expect(errorOf(() => parseTemplate(source))).toEqual({ message, line, column });
  });

  it('reaches own values only: nothing of prototypes, no functions, no lengths', () => {
    const data = { text: 'abc', list: [1, 2], run: () => 'ran' };
    const source =
      '{{constructor}}{{text.length}}{{list.length}}{{toString}}{{text.constructor.name}}{{hasOwnProperty}}';
    expect(render(source, data)).toBe('');
    expect(errorOf(() => render('{{run}}', data)).message).toBe('"run" is a list or an object, and no text');
    expect(errorOf(() => render('{{list}}', data)).message).toBe('"list" is a list or an object, and no text');
  });

  it('is bounded in what it gives and in what it does', () => {
    const items = Array.from({ length: 300 }, () => 'x'.repeat(3_000));
    expect(errorOf(() => render('{{#each items}}{{.}}{{/each}}', { items })).message).toContain('characters');
    const nested = '{{#each a}}{{#each a}}{{#each a}}{{#each a}}{{/each}}{{/each}}{{/each}}{{/each}}';
    const a = Array.from({ length: 100 }, () => ({}));
    expect(errorOf(() => render(nested, { a })).message).toContain('steps');
  });
});

describe('values', () => {
  it('are escaped for where they stand', () => {
    const value = '<b onclick="x">\u001b[31m*a* & `b` [l](u)\u202e';
    expect(render('{{value}}', { value }, 'html')).toBe('&lt;b onclick=&quot;x&quot;&gt;[31m*a* &amp; `b` [l](u)');
    expect(render('{{value}}', { value }, 'text')).toBe('<b onclick="x">[31m*a* & `b` [l](u)');
    expect(render('{{value}}', { value }, 'slack')).toContain('&lt;b onclick="x"&gt;');
    expect(render('{{value}}', { value }, 'markdown')).toBe(
      '\\<b onclick="x"\\>\\[31m\\*a\\* & \\`b\\` \\[l\\]\\(u\\)',
    );
  });

  it('of a format are shown as they are in it, and escaped in others', () => {
    const rows = new Fragment('html', '<tr></tr>');
    expect(render('{{rows}}', { rows }, 'html')).toBe('<tr></tr>');
    expect(render('{{rows}}', { rows }, 'markdown')).toBe('\\<tr\\>\\</tr\\>');
    // What came from outside cannot make itself one.
    expect(errorOf(() => render('{{rows}}', { rows: { format: 'html', text: '<x>' } }, 'html')).message).toContain(
      'no text',
    );
  });

  it('never leave a sign of HTML behind, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(render('{{value}}', { value }, 'html')).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
        expect(escapeFor('slack', value)).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
      }),
    );
  });

  it('are shown whole where nothing has to be escaped', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w .,:;/-]*$/), (value) => {
        expect(render('a{{value}}b', { value }, 'text')).toBe(`a${value}b`);
      }),
    );
  });
});

describe('a check', () => {
  const shape = { title: 'text', job: { label: 'text' }, items: [{ name: 'text', tags: ['text'] }] } as const;
  const problems = (source: string) => checkTemplate(parseTemplate(source), shape).map(({ message }) => message);

  it('finds names that are not there, and those that are something else', () => {
    expect(
      problems('{{title}}{{#each items}}{{name}}{{title}}{{#each tags}}{{.}}{{/each}}{{/each}}{{job.label}}'),
    ).toEqual([]);
    expect(problems('{{titel}}')).toEqual(['there is no "titel" here']);
    expect(problems('{{name}}')).toEqual(['there is no "name" here']);
    expect(problems('{{job}}')).toEqual(['"job" is a list or an object, and no text']);
    expect(problems('{{#each title}}{{/each}}')).toEqual(['"title" is no list']);
    expect(problems('{{#if nothing}}{{wrong}}{{/if}}')).toEqual([
      'there is no "nothing" here',
      'there is no "wrong" here',
    ]);
    expect(problems('{{items.0.name}}{{items.first}}')).toEqual(['there is no "items.first" here']);
    expect(problems('{{constructor}}')).toEqual(['there is no "constructor" here']);
  });

  it('looks into what a block was given', () => {
    const nodes = parseTemplate('{{#block foot}}{{titel}}{{/block}}');
    expect(checkTemplate(nodes, shape, new Map([['foot', parseTemplate('{{title}}')]]))).toEqual([]);
    expect(checkTemplate(nodes, shape)).toHaveLength(1);
  });
});

describe('a file', () => {
  const source = [
    '# what mails of our shop look like',
    'name: alert',
    'kind: notification',
    'version: 1.2.0',
    'extends: guardian/message@1.0.0',
    '',
    '=== subject',
    '[shop] {{title}}',
    '=== text',
    '{{title}}',
    '',
    'Bye',
    '',
  ].join('\n');

  it('says what it is, and holds its parts', () => {
    expect(readTemplateFile(source)).toEqual({
      ...{ name: 'alert', kind: 'notification', version: '1.2.0', extends: 'guardian/message@1.0.0' },
      parts: new Map([
        ['subject', { source: '[shop] {{title}}', line: 8 }],
        ['text', { source: '{{title}}\n\nBye', line: 10 }],
      ]),
    });
    expect(readTemplateFile(source.replaceAll('\n', '\r\n'))).toEqual(readTemplateFile(source));
  });

  it.each([
    ['version: 1.2.0', 'version: 1.2', '"version:" must be a semantic version such as 1.2.0'],
    ['version: 1.2.0', '', '"version:" must be a semantic version such as 1.2.0'],
    ['kind: notification', 'kind: mail', '"kind:" must be notification, report, agent'],
    ['name: alert', 'name: Alert!', '"name:" must be lower-case letters, digits and -'],
    ['extends: guardian/message@1.0.0', 'extends: message', '"extends:" must be namespace/name@1.2.0'],
    ['kind: notification', 'run: rm', 'a head line is name:, kind:, version: or extends: and one word'],
    ['kind: notification', 'name: twice', 'a second "name:"'],
    ['=== text', '=== subject', 'a second part "subject"'],
  ])('with %j as %j is refused', (from, to, message) => {
    expect(errorOf(() => readTemplateFile(source.replace(from, to))).message).toBe(message);
  });

  it('half written is refused, not taken for less', () => {
    for (const end of [0, 20, 60, source.indexOf('=== subject')])
      expect(() => readTemplateFile(source.slice(0, end))).toThrow(TemplateError);
  });
});
