import { describe, expect, it } from 'vitest';
import type { Exception } from '../../events/index.ts';
import { holdsName, namesInMessages } from './message-names.ts';

const names = (message: string, type = 'Error') => namesInMessages([{ type, message } as Exception]);

describe('namesInMessages', () => {
  it('finds the names of the program, not the words of the runtime', () => {
    expect(names("'NoneType' object has no attribute 'unit_price'")).toEqual(['unit_price']);
    expect(names("Cannot read properties of undefined (reading 'total')")).toEqual(['total']);
    expect(names("'currency'", 'KeyError')).toEqual(['currency']);
    expect(names('currency', 'KeyError')).toEqual(['currency']);
    expect(names('place_order() missing 1 required positional argument')).toEqual(['place_order']);
    expect(names('no handler for orderTotal')).toEqual(['orderTotal']);
    expect(names('list index out of range')).toEqual([]);
  });
});

describe('holdsName', () => {
  it('wants the whole word', () => {
    expect(holdsName('a.price = 1', 'price')).toBe(true);
    expect(holdsName('a.unit_price = prices', 'price')).toBe(false);
  });
});
