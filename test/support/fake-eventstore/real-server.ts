const help = 'start an EventStoreDB or KurrentDB, and set EVENTSTORE_URL to its connection string';

/** `describe` with the server of EVENTSTORE_URL, or without one, a description that is skipped and says what to do. */
export function describeWithEventStore(name: string, body: (url: string) => void): void {
  const url = process.env.EVENTSTORE_URL;
  if (url) return describe(name, () => body(url));
  process.stderr.write(`Not tested here: ${name}. To test it, ${help}.\n`);
  describe.skip(`${name} (${help})`, () => {
    test('skipped', () => expect(url).toBeDefined());
  });
}
