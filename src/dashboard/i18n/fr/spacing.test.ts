import { describe, expect, it } from 'vitest';
import { fr } from './index.ts';
import { keepTogether } from './spacing.ts';

describe('spaces in French', () => {
  it('never end a line before a high sign or inside the quotes', () => {
    expect(keepTogether('Nommé « sample » : vraiment ?')).toBe('Nommé «\u00a0sample\u00a0»\u00a0: vraiment\u00a0?');
  });

  it('hold in every sentence of the catalogue, also in those that are made', () => {
    const sentences = [
      fr.welcome.sampleText,
      fr.shared.colon,
      fr.shared.thatIsAll('5'),
      fr.reports.stale,
      fr.events.helpRows.join(),
    ];
    expect(sentences.filter((text) => /« | [:;?!»]/.test(text))).toEqual([]);
    expect(fr.shared.thatIsAll('5')).toBe('C’est tout\u00a0: 5');
  });
});
