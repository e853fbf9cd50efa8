import { describe, expect, it } from 'vitest';
import { runs as en } from '../../shared/i18n/en/runs.ts';
import { runs as fr } from '../../shared/i18n/fr/runs.ts';
import type { StatsCondition } from '../job.ts';
import { createOutputLines, judgeSuccess, readFacts, readFactsOfBody, readFactsText } from './index.ts';

const below = (field: string, value: number, of: string | null = null): StatsCondition => ({
  field,
  of,
  is: 'below',
  value,
});
const above = (field: string, value: number, of: string | null = null): StatsCondition => ({
  field,
  of,
  is: 'above',
  value,
});

function judge(told: unknown, conditions: { failWhen?: StatsCondition[]; warnWhen?: StatsCondition[] } = {}) {
  return judgeSuccess({ facts: readFacts(told), job: { failWhen: [], warnWhen: [], ...conditions }, texts: en });
}

describe('the stats of a run', () => {
  it('F19: one bad record of 4,135 keeps its subject and reason, and a ratio decides', () => {
    const told = {
      clients: 4_135,
      recordErrors: [{ subject: 'client 811', reason: 'column "tuned_at" is null' }],
    };
    const failWhen = [above('recordErrors', 0.05, 'clients')];
    expect(judge(told, { failWhen })).toEqual({
      status: 'success',
      reason: null,
      message: null,
      error: null,
      stats: { clients: 4_135 },
      recordErrors: { total: 1, kept: [{ subject: 'client 811', reason: 'column "tuned_at" is null' }] },
    });
    const many = Array.from({ length: 500 }, (_, index) => ({ subject: `client ${index}`, reason: 'HTTP 409' }));
    const failed = judge({ clients: 4_135, recordErrors: many }, { failWhen });
    expect(failed).toMatchObject({
      status: 'error',
      reason: 'fail_when',
      message: 'recordErrors / clients is 12.1% (500 of 4,135), above 5%',
    });
    expect(failed.recordErrors?.total).toBe(500);
    expect(failed.recordErrors?.kept).toHaveLength(100);
  });

  it('keeps the true total of a sender that lists only some', () => {
    const kept = [{ subject: 'piano 3', reason: 'gone' }];
    expect(readFacts({ recordErrors: { total: 4_000, kept } }).recordErrors).toEqual({ total: 4_000, kept });
    expect(readFacts({ recordErrors: { total: 0, kept: [] } }).recordErrors).toBeNull();
  });

  it('takes a list called errors for record errors only when it is one', () => {
    expect(readFacts({ errors: [{ subject: 'a', reason: 'b' }] })).toMatchObject({
      stats: null,
      recordErrors: { total: 1 },
    });
    expect(readFacts({ errors: ['free', 'text'] })).toMatchObject({
      stats: { errors: ['free', 'text'] },
      recordErrors: null,
    });
    expect(readFacts({ errors: 3 }).stats).toEqual({ errors: 3 });
  });

  it('counts record errors in no ratio of the 64 KiB, and says so when the stats are larger', () => {
    const many = Array.from({ length: 4_135 }, (_, index) => ({ subject: `client ${index}`, reason: 'x'.repeat(200) }));
    expect(readFacts({ clients: 1, recordErrors: many })).toMatchObject({ stats: { clients: 1 }, problem: null });
    const exact = { text: 'é'.repeat((64 * 1024 - '{"text":""}'.length) / 2) };
    expect(readFacts(exact).problem?.kind).toBeUndefined();
    const large = judge({ text: `${exact.text}éé` });
    expect(large).toMatchObject({ status: 'warning', reason: 'warned', stats: null });
    expect(large.message).toMatch(/^The stats were left out: 65,\d{3} bytes are more than 64 KiB$/);
  });

  it('never throws over what is no JSON object', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    let deep: unknown = 1;
    for (let level = 0; level < 50_000; level += 1) deep = { deep };
    for (const told of [circular, { big: 1n }, deep, 'text', 3, [1]])
      expect(readFacts(told).problem?.kind).toBe('unreadable');
    expect(readFactsText('{"a":').problem?.kind).toBe('unreadable');
    expect(readFactsText('null').problem?.kind).toBe('unreadable');
    expect(readFacts(undefined)).toEqual({ stats: null, recordErrors: null, warnings: [], problem: null });
  });

  it('lets nobody reach beyond their own members', () => {
    expect(judge({ a: 1 }, { failWhen: [above('__proto__.length', -1), above('constructor.length', -1)] }).status).toBe(
      'success',
    );
    expect(readFactsText('{"__proto__":{"clients":5}}').stats).not.toHaveProperty('clients');
  });
});

describe('failWhen and warnWhen', () => {
  it.each<[string, StatsCondition, unknown, string | null]>([
    ['no rows', below('clients', 1), { clients: 0 }, 'clients is 0, below 1'],
    ['at the limit', below('clients', 1), { clients: 1 }, null],
    ['a path', above('rows.failed', 2), { rows: { failed: 3 } }, 'rows.failed is 3, above 2'],
    ['a key with dots', above('rows.failed', 2), { 'rows.failed': 3 }, 'rows.failed is 3, above 2'],
    ['a list by its length', below('rows', 1), { rows: [] }, 'rows is 0, below 1'],
    ['a flag', { field: 'done', of: null, is: 'equal', value: 0 }, { done: false }, 'done is 0'],
    ['a missing field as unknown', below('clients', 1), { contacts: 0 }, null],
    ['a text as unknown', below('clients', 1), { clients: '0' }, null],
    ['missing', { field: 'clients', of: null, is: 'missing', value: 0 }, {}, 'clients is missing in the stats'],
    ['present', { field: 'clients', of: null, is: 'missing', value: 0 }, { clients: 0 }, null],
    ['nothing of nothing as unknown', above('bad', 0.1, 'all'), { bad: 0, all: 0 }, null],
    [
      'something of nothing as above',
      above('bad', 0.1, 'all'),
      { bad: 2, all: 0 },
      'bad / all is ∞ % (2 of 0), above 10%',
    ],
  ])('%s', (_, condition, told, sentence) => {
    const outcome = judge(told, { failWhen: [condition] });
    expect(outcome.status).toBe(sentence === null ? 'success' : 'error');
    expect(outcome.message).toBe(sentence);
  });

  it('fails before it warns, and counts what else holds', () => {
    const conditions = { failWhen: [below('clients', 1), below('contacts', 1)], warnWhen: [below('pianos', 1)] };
    expect(judge({ clients: 0, contacts: 0, pianos: 0 }, conditions)).toMatchObject({
      status: 'error',
      message: 'clients is 0, below 1 (and 1 more)',
      error: 'clients is 0, below 1\ncontacts is 0, below 1',
    });
    expect(judge({ clients: 1, contacts: 1, pianos: 0 }, conditions)).toMatchObject({
      status: 'warning',
      reason: 'warn_when',
      message: 'pianos is 0, below 1',
      error: null,
    });
  });

  it('speaks French', () => {
    const facts = readFacts({ clients: 1_200.5 });
    const job = { failWhen: [above('clients', 1_000)], warnWhen: [] };
    expect(judgeSuccess({ facts, job, texts: fr }).message?.replaceAll(/\s/g, ' ')).toBe(
      'clients vaut 1 200,5, au-dessus de 1 000',
    );
  });
});

describe('sub-steps', () => {
  it('F20: a required step that failed fails the run, an optional one makes it a warning', () => {
    const steps = [
      { name: 'sync', status: 'success' },
      { name: 'publish', status: 'error', error: 'HTTP 409 Conflict' },
    ];
    expect(judge({ clients: 5, steps })).toMatchObject({
      status: 'error',
      reason: 'sub_step',
      message: 'The required step "publish" did not succeed: error',
      error: 'The required step "publish" did not succeed: error\npublish: HTTP 409 Conflict',
      stats: { clients: 5, steps },
    });
    const optional = steps.map((step) => ({ ...step, required: false }));
    expect(judge({ steps: optional })).toMatchObject({ status: 'warning', reason: 'sub_step' });
  });

  it('takes a status that nobody knows, or none, for no success', () => {
    expect(judge({ steps: [{ name: 'mail', status: 'sent?' }] })).toMatchObject({
      status: 'error',
      message: 'The required step "mail" did not succeed: its status "sent?" is not known',
    });
    expect(judge({ steps: [{ name: 'mail' }] }).status).toBe('error');
    expect(judge({ steps: [{ name: 'mail', status: 'warning' }] }).status).toBe('warning');
    expect(judge({ steps: [{ name: 'mail', status: 'skipped' }] }).status).toBe('success');
  });
});

describe('lines of the output', () => {
  it('are read across pieces, at the beginning of a line only', () => {
    const lines = createOutputLines();
    for (const letter of 'x guardian:stats {"no":1}\r\nguardian:stats {"clients": 3}\r\nguardian:warning two rows skipped\r\nlast')
      lines.read(letter);
    expect(lines.facts()).toEqual({
      stats: { clients: 3 },
      recordErrors: null,
      warnings: ['two rows skipped'],
      problem: null,
    });
  });

  it('take the last stats, a last line without its end, and every warning', () => {
    const lines = createOutputLines();
    lines.read(
      'guardian:stats {"clients":1,"warnings":["first"]}\nguardian:warning second\nguardian:stats {"clients":2}',
    );
    expect(lines.facts()).toMatchObject({ stats: { clients: 2 }, warnings: ['first', 'second'] });
  });

  it('bound what they hold of a line that never ends', () => {
    const lines = createOutputLines();
    lines.read('guardian:stats {"text":"');
    for (let piece = 0; piece < 100; piece += 1) lines.read('x'.repeat(20_000));
    lines.read('"}\n');
    expect(lines.facts()).toMatchObject({ stats: null, problem: { kind: 'too_large' } });
  });

  it('of a whole body may be a JSON answer with stats in it', () => {
    expect(readFactsOfBody('{"ok":true,"stats":{"rows":4}}').stats).toEqual({ rows: 4 });
    expect(readFactsOfBody('{"ok":true}').stats).toBeNull();
    expect(readFactsOfBody('done\nguardian:stats {"rows":5}\n').stats).toEqual({ rows: 5 });
    expect(readFactsOfBody('{not JSON').problem).toBeNull();
  });
});
