import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameFeature } from './feature-name.ts';

test('names uses by convention: without api, version and parameters ("ids in feature names, method ignored, / = unknown")', () => {
  const named = (method: string, template: string) => Object.values(nameFeature(method, template)).join(' of ');
  expect([
    named('POST', '/api/chat/message'),
    named('POST', '/api/documents/upload'),
    named('POST', '/api/threads'),
    named('GET', '/api/threads'),
    named('GET', '/api/v2/threads/:id'),
    named('PATCH', '/api/threads/:id'),
    named('DELETE', '/threads/{id}'),
    named('GET', '/api/threads/:id/messages'),
    named('GET', '/t/:tenant/notes/:note'),
    named('GET', '/'),
    named('GET', '/api'),
    named('GET', '/api/v1/'),
    named('GET', '/:slug'),
    named('GET', '/dashboard'),
    named('POST', '/categories'),
    named('GET', '/user-profiles/:id'),
    named('GET', '/addresses'),
    named('PUT', '/status'),
    named('GET', '(unmatched)'),
    named('GET', '(other)'),
  ]).toEqual([
    'chat_message of chat',
    'document_upload of documents',
    'thread_create of threads',
    'thread_list of threads',
    'thread_get of threads',
    'thread_update of threads',
    'thread_delete of threads',
    'thread_messages of threads',
    't_notes of t',
    'home of home',
    'home of home',
    'home of home',
    'item_get of item',
    'dashboard_get of dashboard',
    'category_create of categories',
    'user_profile_get of user-profiles',
    'address_list of addresses',
    'status_update of status',
    '(unmatched) of (unmatched)',
    '(other) of (other)',
  ]);
});

test("the application's table comes first, the method's entry before the template's", () => {
  const table = { 'POST /api/chat': 'ask', '/api/chat': { name: 'chat', group: 'talk' }, '/reports/:id': 'report' };
  expect(nameFeature('POST', '/api/chat', table)).toEqual({ name: 'ask', group: 'chat' });
  expect(nameFeature('GET', '/api/chat', table)).toEqual({ name: 'chat', group: 'talk' });
  expect(nameFeature('GET', '/reports/:id', table)).toEqual({ name: 'report', group: 'reports' });
  expect(nameFeature('GET', '/constructor', table)).toEqual({ name: 'constructor_get', group: 'constructor' });
});

test('whatever the template is, the name is short and no parameter is in it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constant(':id'), fc.constant('{id}'))), (segments) => {
      const { name, group } = nameFeature('GET', `/${segments.join('/')}`);
      expect(name.length).toBeLessThanOrEqual(100);
      expect(group.length).toBeLessThanOrEqual(100);
      expect(name).not.toMatch(/[:{}]/);
    }),
  );
});
