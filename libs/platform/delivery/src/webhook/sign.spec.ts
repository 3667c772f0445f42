import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { secretsOf, signedHeaders } from './sign';

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`;
const key = fc.uint8Array({ minLength: 24, maxLength: 64 });

test('signs as the example of the specification', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const at = 1_614_265_330_999;
  expect(signedHeaders([secret], 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, '{"test": 2432232314}')).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('is the HMAC of Node over the UTF-8 of what is sent, with each of the keys', () => {
  fc.assert(
    fc.property(
      fc.array(key, { minLength: 1, maxLength: 3 }),
      fc.string({ unit: 'grapheme' }),
      (keys, body) => {
        const headers = signedHeaders(keys.map(secretOf), 'alert-1', 1_709_626_500_000, body);
        const expected = keys.map(each => {
          const hmac = createHmac('sha256', each).update(`alert-1.1709626500.${body}`, 'utf8');
          return `v1,${hmac.digest('base64')}`;
        });
        expect(headers['webhook-signature']).toBe(expected.join(' '));
      },
    ),
  );
});

test('is verified with the old key and with the other one while keys are changed, and with no third', () => {
  const [older, other, third] = [1, 2, 3].map(fill => secretOf(Buffer.alloc(32, fill))) as [
    string,
    string,
    string,
  ];
  const headers = { ...signedHeaders([other, older], 'alert-1', Date.now(), '{"a":1}') };
  for (const secret of [older, other])
    expect(new Webhook(secret).verify('{"a":1}', headers)).toEqual({ a: 1 });
  expect(() => new Webhook(third).verify('{"a":1}', headers)).toThrow('No matching signature');
  expect(() => new Webhook(other).verify('{"a":2}', headers)).toThrow('No matching signature');
});

test('takes what stands for 24 to 64 bytes as a secret', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      const secret = secretOf(bytes);
      const expected = bytes.length >= 24 && bytes.length <= 64 ? [secret] : undefined;
      expect(secretsOf(secret)).toEqual(expected);
    }),
  );
});

const good = secretOf(Buffer.alloc(24, 1));
test.each([
  ['nothing', ''],
  ['no prefix', good.slice('whsec_'.length)],
  ['another prefix', good.replace('whsec_', 'whsk_')],
  ['URL-safe base64', `whsec_${Buffer.alloc(24, 255).toString('base64url')}`],
  ['base64 with bits to spare', `whsec_${'A'.repeat(33)}B=`],
  ['two blanks', `${good}  ${good}`],
  ['one good and one bad', `${good} whsec_AAAA`],
  ['a line break', `${good}\n`],
])('takes %s for no secret', (_what, text) => {
  expect(secretsOf(text)).toBeUndefined();
});
