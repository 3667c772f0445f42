import { Body, Controller, Injectable, Post } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { Command, commandHandlers, commandRow } from '@platform/commands';
import { Edge, EdgeRequest, IsOmittable, IsText, SignatureInput } from '@platform/http';
import { streamName, type Decider, type DomainEvent } from '@platform/kernel';
import type { Permission } from '../domain/permissions';
import { AccessHost } from '../testing/access-host';

type Noted = DomainEvent<'Noted', { readonly text: string }>;
const notes: Decider<number, Noted> = { initial: 0, evolve: count => count + 1 };

class SignNote extends Command {
  @IsText(100)
  text: string;

  @IsOmittable()
  @ValidateNested()
  @Type(() => SignatureInput)
  signature?: SignatureInput;
}
class OfferNote extends SignNote {}

const row = {
  permission: 'safety.assess' satisfies Permission,
  stream: () => streamName('note', 'n1'),
  decider: notes,
  decide: ({ text }: SignNote) => [{ type: 'Noted', data: { text } } as const],
};
const rows = [
  commandRow({ ...row, command: SignNote, signature: { meaning: 'approval', asked: 'always' } }),
  commandRow({ ...row, command: OfferNote, signature: { meaning: 'approval', asked: 'offered' } }),
];

@Injectable()
@Controller('trials/:trial/sites/:site')
class NotesController {
  @Post('signed-notes')
  sign(@Edge() edge: EdgeRequest, @Body() command: SignNote) {
    return edge.submit(command);
  }

  @Post('notes')
  offer(@Edge() edge: EdgeRequest, @Body() command: OfferNote) {
    return edge.submit(command);
  }
}

const host = new AccessHost();
const user = 'investigator-03';
const place = '/trials/T1/sites/03';
let password: string;
let others: string;

beforeAll(async () => {
  await host.start(
    { controllers: [NotesController], providers: commandHandlers(rows) },
    { limits: { perAccount: 3, perAddress: 1_000, windowSeconds: 60 } },
  );
  const roles = [{ role: 'investigator', trial: 'T1', sites: ['03'] }] as const;
  password = await host.person(user, roles);
  others = await host.person('investigator-04', roles);
  await host.person('administrator-02', [{ role: 'administrator', trial: '*', sites: 'all' }]);
});
afterAll(() => host.stop());

const sign = (signature?: object, headers: object = {}, who = user, path = 'signed-notes') =>
  host.as(who, 'POST', `${place}/${path}`, { text: 'seen', ...(signature && { signature }) }, headers);
const own = () => ({ user, password });
const causes = async () => (await host.events('SigningRefused')).map(({ data }) => data.cause);

test('who shows the own id and password signs, and the envelope says what it means and what was signed', async () => {
  expect((await sign(own())).status).toBe(201);
  const [event] = await host.events('Noted');
  expect(event?.metadata.signature).toEqual({
    meaning: 'approval',
    components: ['user-id', 'password'],
    signedHash: event?.metadata.command.fingerprint,
  });
  expect(event?.metadata.actor.printedName).toBe(`Name of ${user}`);
});

test.each<[string, () => object | undefined, string, string]>([
  ['nothing', () => undefined, 'SIGNATURE-MISSING', 'nothingShown'],
  [
    'a wrong password',
    () => ({ user, password: 'not the password' }),
    'SIGNATURE-CREDENTIALS',
    'credentials',
  ],
  [
    'the password of somebody else, as one’s own',
    () => ({ user, password: others }),
    'SIGNATURE-CREDENTIALS',
    'credentials',
  ],
  [
    'somebody else’s id and password',
    () => ({ user: 'investigator-04', password: others }),
    'SIGNATURE-OWN-ACCOUNT',
    'anotherUser',
  ],
])('who shows %s signs nothing, and the attempt is written down', async (_what, shown, rule, cause) => {
  const before = (await host.events('Noted')).length;
  expect(await sign(shown())).toMatchObject({ status: 403, body: { rule } });
  expect(await host.events('Noted')).toHaveLength(before);
  const entry = (await host.events('SigningRefused')).at(-1);
  expect(entry).toMatchObject({
    stream: 'access-2024-03-05',
    data: { request: 'SignNote', permission: 'safety.assess', method: 'password', cause },
    metadata: { actor: { user }, subject: { trial: 'T1', site: '03' }, address: '127.0.0.1' },
  });
  // A success gives the attempts back, so that each case stands for itself.
  expect((await sign(own())).status).toBe(201);
});

test('no password is in the log, and none takes part in a fingerprint', async () => {
  const headers = { 'idempotency-key': 'k-1' };
  const first = await sign(own(), headers);
  expect(first).toMatchObject({ status: 201, body: { repeated: false } });
  expect(await sign(own(), headers)).toMatchObject({ status: 201, body: { repeated: true } });
  expect(await sign({ user, password: 'not the password' }, headers)).toMatchObject({ status: 403 });
  expect((await sign(own())).status).toBe(201);
  const text = await host.text();
  for (const secret of [password, others, 'not the password']) expect(text).not.toContain(secret);
  const prints = (await host.events('Noted')).map(({ metadata }) => metadata.command.fingerprint);
  expect(new Set(prints).size).toBe(1);
});

test('a signature that is only offered may be left out, and one that is given has to be right', async () => {
  expect((await sign(undefined, {}, user, 'notes')).status).toBe(201);
  expect((await host.events('Noted')).at(-1)?.metadata.signature).toBeUndefined();
  expect((await sign({ user, password: 'wrong' }, {}, user, 'notes')).status).toBe(403);
  expect((await sign(own(), {}, user, 'notes')).status).toBe(201);
  expect((await host.events('Noted')).at(-1)?.metadata.signature).toMatchObject({ meaning: 'approval' });
});

test.each([
  [{ user }, 'signature.password'],
  [{ user, password: 1 }, 'signature.password'],
  [{ user, password: 'x', role: 'investigator' }, 'signature.role'],
])('%j is no signature', async (signature, field) => {
  expect(await sign(signature)).toMatchObject({ status: 400, body: { field } });
});

test('attempts are limited with those of the login, and one entry tells of the flood', async () => {
  const id = 'investigator-04';
  const wrong = () => sign({ user: id, password: 'wrong' }, {}, id);
  for (const _ of [1, 2, 3]) expect((await wrong()).status).toBe(403);
  for (const _ of [1, 2]) {
    const blocked = await sign({ user: id, password: others }, {}, id);
    expect(blocked).toMatchObject({ status: 429, body: { rule: 'ACCESS-RATE-LIMIT' } });
  }
  expect((await host.logIn(id, others)).status).toBe(429);
  expect((await causes()).slice(-4)).toEqual(['credentials', 'credentials', 'credentials', 'blocked']);
});

test('a locked account signs nothing', async () => {
  const reason = { code: 'test', text: 'For the test.' };
  await host.as('administrator-02', 'POST', `/accounts/${user}/lock`, { reason });
  const before = (await host.events('Noted')).length;
  expect((await sign(own())).status).toBe(401);
  expect(await host.events('Noted')).toHaveLength(before);
});
