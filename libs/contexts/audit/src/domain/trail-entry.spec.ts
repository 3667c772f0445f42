import { someTrail } from '../testing/some-trail';
import { entryFor, trailEntry } from './trail-entry';

const cited = (...streams: string[]) => streams.map(stream => ({ stream, revision: 0, position: '1' }));

test('accounts that a decision looked at are shown to roles for all sites, and to no others', () => {
  const facts = cited('account-coordinator-02', 'contact-coordinator-02', 'site-T1.01');
  const [event] = someTrail([{ metadata: { facts } }]);
  expect(entryFor(event!, { trial: 'T1', sites: 'all' })).toEqual(trailEntry(event!));
  const { facts: shown, ...others } = entryFor(event!, { trial: 'T1', sites: ['01'] });
  expect(shown).toEqual(cited('site-T1.01'));
  expect(others).toEqual({ ...trailEntry(event!), facts: undefined });
});
