import { expect, it } from 'vitest';
import { hideAcknowledgeLinks } from './hide-links.ts';

const TOKEN = 'v1.W1tbImFsZXJ0LTEiLDFdXSwiYWRhIiwxXQ.SWIKSKAaQth9PZmC_tFf6fLTrX-zRRvIQxnp7rs_wSE';

it('takes the links of recipients out of texts and pages, and nothing else', () => {
  expect(
    hideAcknowledgeLinks(`See: https://g.example/alerts/1\nTake it on: https://g.example/base/ack/${TOKEN}\n`),
  ).toBe('See: https://g.example/alerts/1\nTake it on: #hidden\n');
  const page = `<a href="https://g.example/alerts/1">See</a><a href="https://g.example/ack/${TOKEN}" style="x">Take it on</a>`;
  expect(hideAcknowledgeLinks(page)).toBe(
    '<a href="https://g.example/alerts/1">See</a><a href="#hidden" style="x">Take it on</a>',
  );
  const other = 'GET /ack/ answered 404; https://shop.example/stack/a.js; https://shop.example/ "ack/"';
  expect(hideAcknowledgeLinks(other)).toBe(other);
});
