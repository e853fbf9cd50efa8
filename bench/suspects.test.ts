import { describe, expect, it } from 'vitest';
import { type Bug, plantCase } from './planted/planted-case.ts';
import { rankPlanted } from './suspects.ts';

describe('planted histories', () => {
  it.each<Bug>(['rename', 'null', 'configuration', 'wrong line'])(
    'finds the commit of a %s under twenty later ones',
    async (bug) => {
      const { verdict, suspects, guilty } = await rankPlanted(plantCase(bug, 2, true));
      expect(verdict).toBe('ranked');
      expect(suspects.slice(0, 3).map(({ commit }) => commit.sha)).toContain(guilty);
      expect(suspects.every(({ reasons }) => reasons.length > 0)).toBe(true);
    },
  );

  it('finds none where nothing that changed is to blame', async () => {
    const { verdict, reason, suspects } = await rankPlanted(plantCase('outage', 1, true));
    expect({ verdict, suspects }).toEqual({ verdict: 'none likely', suspects: [] });
    expect(reason).toContain('.');
  });

  it('makes the same case from the same seed', () => {
    expect(plantCase('null', 3, true)).toEqual(plantCase('null', 3, true));
    expect(plantCase('null', 3, true)).not.toEqual(plantCase('null', 4, true));
  });
});
