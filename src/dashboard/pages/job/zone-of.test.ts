import { describe, expect, it } from 'vitest';
import { zoneOf } from './zone-of.ts';

describe('the zone of a job', () => {
  it('is the one its schedule is meant in', () => {
    expect(zoneOf({ timeZone: 'America/Montreal' })).toBe('America/Montreal');
    expect(zoneOf({ timeZone: 'Etc/GMT+5' })).toBe('Etc/GMT+5');
  });

  it('is unknown where it has none, or one that this browser does not know', () => {
    expect(zoneOf({ timeZone: null })).toBeNull();
    expect(zoneOf({ timeZone: 'Mars/Olympus' })).toBeNull();
  });
});
