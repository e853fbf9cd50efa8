import { describe, expect, it } from 'vitest';
import { afterJobs, aJob } from '../engine/engine-fixtures.ts';
import { checkChains, createChainGraph } from './graph.ts';

describe('the graph of chains', () => {
  it('C13: fans out and joins', () => {
    const jobs = [
      aJob('sync'),
      aJob('report', { trigger: afterJobs(['sync']) }),
      aJob('mail', { trigger: afterJobs(['sync']) }),
      aJob('archive', { trigger: afterJobs(['report', 'mail', 'other']) }),
      aJob('other'),
    ];
    const graph = createChainGraph(jobs);
    expect(graph.successorsOf('sync')).toEqual(['report', 'mail']);
    expect([...graph.reachableFrom('sync')]).toEqual(['sync', 'report', 'mail', 'archive']);
    expect([...graph.reachableFrom('other')]).toEqual(['other', 'archive']);
    expect(() => checkChains(jobs)).not.toThrow();
  });

  it('F2: a cycle stops the start, and is named in the order in which it runs', () => {
    const jobs = [
      aJob('first'),
      aJob('a', { trigger: afterJobs(['first', 'c']) }),
      aJob('b', { trigger: afterJobs(['a']) }),
      aJob('c', { trigger: afterJobs(['b']) }),
    ];
    expect(() => checkChains(jobs)).toThrow(
      expect.objectContaining({
        code: 'configuration_invalid',
        about: expect.objectContaining({
          reason: expect.stringMatching(/: (a → b → c → a|b → c → a → b|c → a → b → c)$/),
        }),
      }),
    );
  });

  it('a job after itself is a cycle', () => {
    expect(() => checkChains([aJob('a', { trigger: afterJobs(['a']) })])).toThrow(/a → a/);
  });

  it('F2: an edge from a job that is not there stops the start, with its key', () => {
    expect(() => checkChains([aJob('a', { trigger: afterJobs(['ghost']) })])).toThrow(
      expect.objectContaining({
        about: expect.objectContaining({ key: 'jobs.a.after', reason: 'there is no job "ghost"' }),
      }),
    );
  });

  it('a watched job cannot come after others', () => {
    const watched = aJob('backup', { work: { kind: 'watched', graceMs: 1 }, trigger: afterJobs(['sync']) });
    expect(() => checkChains([aJob('sync'), watched])).toThrow(/runs elsewhere/);
  });

  it('checks a chain of 5,000 jobs, and a join over all of them, without effort', () => {
    const jobs = Array.from({ length: 5_000 }, (_, index) =>
      aJob(`j${index}`, index === 0 ? {} : { trigger: afterJobs([`j${index - 1}`]) }),
    );
    const join = aJob('join', { trigger: afterJobs(jobs.map((job) => job.id)) });
    expect(() => checkChains([...jobs, join])).not.toThrow();
    expect(createChainGraph([...jobs, join]).reachableFrom('j0').size).toBe(5_001);
  });
});
