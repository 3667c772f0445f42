import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { readSmtpUrl } from './smtp-server-address';

test.each([
  ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, secure: false, user: undefined }],
  ['smtps://mail.example.org/', { host: 'mail.example.org', port: 465, secure: true }],
  ['smtp://localhost:25', { host: 'localhost', port: 25 }],
  ['smtp://[::1]:25', { host: '::1', port: 25 }],
  ['smtp://u:p@mail.example.org', { user: 'u', password: 'p' }],
  ['smtp://u%40example.org:p%2F%23%25@mail.example.org', { user: 'u@example.org', password: 'p/#%' }],
])('reads %s', (text, expected) => {
  expect(readSmtpUrl(text)).toMatchObject(expected);
});

test.each([
  '',
  'mail.example.org',
  'mail.example.org:587',
  'http://mail.example.org',
  'smtp:mail.example.org',
  'smtp://',
  'smtp://mail.example.org/folder',
  'smtp://mail.example.org?pool=true',
  'smtp://mail.example.org#x',
  'smtp://mail.example.org:0',
  'smtp://mail.example.org:70000',
  'smtp://mail%0d%0aexample.org',
  'smtp://u@mail.example.org',
  'smtp://:p@mail.example.org',
  'smtp://u:100%@mail.example.org',
  'smtp://u:%ff@mail.example.org',
])('takes %j for no address of a server', text => {
  expect(readSmtpUrl(text)).toBeUndefined();
});

test('reads every user and password back that was percent-encoded', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (user, password) => {
      const url = `smtp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@mail.example.org`;
      expect(readSmtpUrl(url)).toMatchObject({ user, password });
    }),
  );
});

test('does not show the password to whoever prints it', () => {
  const server = readSmtpUrl('smtp://u:swordfish@mail.example.org');
  expect(inspect(server, { depth: 9, showHidden: true })).not.toContain('swordfish');
  expect(JSON.stringify({ server })).not.toContain('swordfish');
  expect(String(server)).not.toContain('swordfish');
});
