import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoteOf } from '../src/quote.js';

const talk = [
  { id: 'a', text: 'Shall we meet on Tuesday?' },
  { id: 'b', text: 'The hall is free on Tuesday and on Thursday evening.' },
];

test('quotes the message that is answered', () => {
  assert.equal(quoteOf({ replyTo: 'a' }, talk), 'Shall we meet on Tuesday?');
});

test('cuts what is long', () => {
  assert.equal(quoteOf({ replyTo: 'b' }, talk), 'The hall is free on Tuesday and on Thur…');
});

test('quotes nothing where nothing is answered', () => {
  assert.equal(quoteOf({}, talk), null);
});
