import type { AccountRole, OpenedAccount } from '@trial/access';
import type { DemoSubject } from './demo-subject';

/** A login that the demo opened. */
export interface DemoLogin extends OpenedAccount {
  readonly role: AccountRole;
  readonly reach: string;
}

/** A command line that can be pasted, and what it shows. */
export interface Attempt {
  readonly shows: string;
  readonly line: string;
}

export interface DemoGuide {
  readonly url: string;
  readonly folder: string;
  readonly logins: readonly DemoLogin[];
  readonly logIn: Attempt;
  readonly attempts: readonly Attempt[];
}

/** What to paste: a login that keeps its token in a variable of the shell, then six questions. */
export function demoGuide(
  { url, folder, trial }: { readonly url: string; readonly folder: string; readonly trial: string },
  logins: readonly DemoLogin[],
  { site, participant, day }: DemoSubject,
): DemoGuide {
  const reader = logins.find(({ role }) => role === 'inspector')!;
  const body = JSON.stringify({ user: reader.user, password: reader.password });
  const ask = (shows: string, path: string): Attempt => ({
    shows,
    line: `curl -s -H "Authorization: Bearer $TOKEN" '${url}/trials/${trial}${path}'`,
  });
  return {
    url,
    folder,
    logins,
    logIn: {
      shows: `log in as ${reader.user}, who may read everything; the token lasts fifteen minutes`,
      line:
        `TOKEN=$(curl -s -H 'Content-Type: application/json' -d '${body}' ${url}/auth/login` +
        ` | sed -E 's/.*"accessToken":"([^"]+)".*/\\1/')`,
    },
    attempts: [
      ask(
        `who was screened at site ${site} and not enrolled, and why`,
        `/participants?site=${site}&enrolled=false`,
      ),
      ask(
        `everything about participant ${participant}, as it was known at the end of ${day}`,
        `/participants/${participant}/casebook?asOf=${day}`,
      ),
      ask(
        'every change that somebody gave a reason for: who, when, from what, to what, why',
        '/audit-trail?reason=given&limit=20',
      ),
      ask('the serious adverse events', '/adverse-events?serious=true'),
      ask(
        'what was changed after an investigator had signed it, and nobody has signed again',
        '/audit-trail/edits-after-signature',
      ),
      ask(`what site ${site} looks like now`, `/sites/${site}/board`),
    ],
  };
}

export function guideLines({ url, folder, logins, logIn, attempts }: DemoGuide): string[] {
  const width = Math.max(...logins.map(({ role }) => role.length));
  const userWidth = Math.max(...logins.map(({ user }) => user.length));
  return [
    `The server runs on ${url} (its description: ${url}/openapi.json), with throw-away data in`,
    folder,
    '',
    'Logins, one for each role:',
    ...logins.map(
      ({ role, user, password, reach }) =>
        `  ${role.padEnd(width)}  ${user.padEnd(userWidth)}  ${password}  ${reach}`,
    ),
    '',
    'Worth trying, in another terminal:',
    ...[logIn, ...attempts].flatMap(({ shows, line }) => ['', `# ${shows}`, line]),
    '',
    'Ctrl-C stops the server and removes the data.',
  ];
}
