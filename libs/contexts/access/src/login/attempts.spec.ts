import { LoginAttempts, networkOf } from './attempts';
import { Passwords, checkPassword } from './passwords';

const limits = { perAccount: 3, perAddress: 5, windowSeconds: 60 };
const home = '192.0.2.1';
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('attempts to log in', () => {
  test('to one account end at its limit, from wherever they come, and say when to try again', async () => {
    const attempts = new LoginAttempts(limits);
    for (const index of many(3)) expect(await attempts.take('u-1', `192.0.2.${index}`)).toBeUndefined();
    const [first, second] = [
      await attempts.take('u-1', '192.0.2.8'),
      await attempts.take('u-1', '192.0.2.9'),
    ];
    expect([first?.first, second?.first]).toEqual([true, false]);
    expect(first?.retryAfterSeconds).toBeGreaterThan(0);
    expect(first?.retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(await attempts.take('u-2', '192.0.2.9')).toBeUndefined();
  });

  test('from one address end at its limit, whatever names they try', async () => {
    const attempts = new LoginAttempts(limits);
    for (const index of many(5)) expect(await attempts.take(`u-${index}`, home)).toBeUndefined();
    expect(await attempts.take('u-9', home)).toBeDefined();
    expect(await attempts.take('u-9', '192.0.2.2')).toBeUndefined();
  });

  test('count when they are made, so that many at once are no way around', async () => {
    const attempts = new LoginAttempts(limits);
    const taken = await Promise.all(many(50).map(index => attempts.take('u-1', `192.0.2.${index}`)));
    expect(taken.filter(blocked => blocked === undefined)).toHaveLength(3);
  });

  test('that succeed count for nothing', async () => {
    const attempts = new LoginAttempts(limits);
    for (const _ of many(20)) {
      expect(await attempts.take('u-1', home)).toBeUndefined();
      await attempts.succeeded('u-1', home);
    }
  });

  test('that fail at an address are not forgotten for a success there', async () => {
    const attempts = new LoginAttempts(limits);
    for (const index of many(4)) await attempts.take(`u-${index}`, home);
    await attempts.take('u-9', home);
    await attempts.succeeded('u-9', home);
    expect(await attempts.take('u-8', home)).toBeUndefined();
    expect(await attempts.take('u-7', home)).toBeDefined();
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe('passwords', () => {
  const passwords = new Passwords();

  test('match their own hash, which is argon2id at the asked cost', async () => {
    const hash = await passwords.hash('correct horse battery');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    expect(await passwords.matches(hash, 'correct horse battery')).toBe(true);
    expect(await passwords.matches(hash, 'correct horse batterY')).toBe(false);
    expect(await passwords.hash('correct horse battery')).not.toBe(hash);
  });

  test('match whatever way their letters were composed', async () => {
    const hash = await passwords.hash('Zürich und Umgebung'.normalize('NFD'));
    expect(await passwords.matches(hash, 'Zürich und Umgebung'.normalize('NFC'))).toBe(true);
  });

  test('match nothing where there is no hash', async () => {
    expect(await passwords.matches(undefined, 'no password has this hash')).toBe(false);
  });

  test('are checked in turn, each once', async () => {
    const hash = await passwords.hash('correct horse battery');
    const outcomes = await Promise.all(many(6).map(index => passwords.matches(hash, `wrong ${index}`)));
    expect(outcomes).toEqual(many(6).map(() => false));
  });

  test.each([
    ['eleven chars', 'elevenchars', 'AUTH-PASSWORD-LENGTH'],
    ['129 characters', 'ab cd'.repeat(26).slice(0, 129), 'AUTH-PASSWORD-LENGTH'],
    ['twelve halves of emoji', '🔑🔒🔓🗝🔐🛡', 'AUTH-PASSWORD-LENGTH'],
    ['the user id', 'my-Coordinator-03-password', 'AUTH-PASSWORD-GUESSABLE'],
    ['one character', 'aaaaaaaaaaaaaaa', 'AUTH-PASSWORD-GUESSABLE'],
  ])('are refused: %s', (_, password, rule) => {
    expect(() => checkPassword(password, 'coordinator-03')).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ rule, field: 'password' })] }),
    );
  });

  test.each(['twelve chars', 'ab cd'.repeat(26).slice(0, 128), '密码要足够长才能用对不对呀'])(
    'are taken: %s',
    password => {
      expect(() => checkPassword(password, 'coordinator-03')).not.toThrow();
    },
  );
});
