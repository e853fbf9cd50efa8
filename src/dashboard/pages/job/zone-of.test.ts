import { describe, expect, it } from 'vitest';
import { zoneOf } from './zone-of.ts';

describe('the zone of a schedule', () => {
  it('is the one it names', () => {
    expect(zoneOf('0 1 * * * (America/Montreal)')).toBe('America/Montreal');
    expect(zoneOf('30 8 * * 1-5 (Etc/GMT+5)')).toBe('Etc/GMT+5');
  });

  it('is unknown where it names none, or one that does not exist', () => {
    expect(zoneOf('every 5 min')).toBeNull();
    expect(zoneOf('0 1 * * * (Mars/Olympus)')).toBeNull();
    expect(zoneOf('after full_sync')).toBeNull();
  });
});
