import { expect, it } from 'vitest';
import { readLabels } from './read-labels.ts';

it('reads labels as they are written', () => {
  expect(readLabels('place = Salle Wilfrid, client=a=b,, loan')).toEqual({
    place: 'Salle Wilfrid',
    client: 'a=b',
    loan: '',
  });
  expect(readLabels('')).toEqual({});
});
