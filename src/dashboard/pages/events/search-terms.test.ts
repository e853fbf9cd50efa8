import { describe, expect, it } from 'vitest';
import { term, withTerm } from './search-terms.ts';

describe('a term of the search', () => {
  it('quotes what is more than one word', () => {
    expect(term('service', 'api')).toBe('service:api');
    expect(term('service', 'my api')).toBe('service:"my api"');
  });

  it('cannot end the quotes it stands in', () => {
    expect(term('logger', 'a" OR -service:"b')).toBe('logger:"a  OR -service: b"');
  });

  it('is added once, and takes the place of its opposite', () => {
    expect(withTerm('timeout', 'service:api')).toBe('timeout service:api');
    expect(withTerm('service:api timeout', 'service:api')).toBe('timeout service:api');
    expect(withTerm('-service:"my api" timeout', 'service:"my api"')).toBe('timeout service:"my api"');
    expect(withTerm('service:api', '-service:api')).toBe('-service:api');
  });

  it('leaves an unfinished phrase as it is', () => {
    expect(withTerm('"connection reset', 'service:api')).toBe('"connection reset service:api');
  });
});
