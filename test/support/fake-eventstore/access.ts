import type { FakeStore } from './store';

export interface FakeUser {
  readonly password: string;
  readonly groups: readonly string[];
}

export type Right = '$r' | '$w' | '$d' | '$mr' | '$mw';
type Acl = Readonly<Partial<Record<Right, string | readonly string[]>>>;

/** Who may do what: the lists of streams, then those of `$settings`, then what a server begins with. */
export class FakeAccess {
  readonly users = new Map<string, FakeUser>([['admin', { password: 'changeit', groups: ['$admins'] }]]);

  constructor(
    private readonly store: FakeStore,
    /** Without TLS nobody is asked who he is, and everybody may do everything. */
    private readonly secure: boolean,
  ) {}

  /** The roles of a caller; undefined for a wrong password. */
  rolesOf(authorization: string | undefined): readonly string[] | undefined {
    if (authorization === undefined) return [];
    const text = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
    const colon = text.indexOf(':');
    const [name, password] = [text.slice(0, colon), text.slice(colon + 1)];
    const user = this.users.get(name);
    return user?.password === password ? [name, ...user.groups] : undefined;
  }

  /** Writing to a stream of metadata is writing metadata, and so on. */
  allows(roles: readonly string[], right: '$r' | '$w' | '$d', stream: string): boolean {
    if (!this.secure || roles.includes('$admins')) return true;
    const isMetadata = stream.startsWith('$$');
    const about = isMetadata ? stream.slice(2) : stream;
    const effective: Right = isMetadata ? (right === '$r' ? '$mr' : '$mw') : right;
    const entry = this.aclOf(`$$${about}`, '$acl')?.[effective] ?? this.defaultOf(about, effective);
    const granted = typeof entry === 'string' ? [entry] : entry;
    return granted.some(role => role === '$all' || roles.includes(role));
  }

  private defaultOf(stream: string, right: Right): string | readonly string[] {
    const isSystem = stream.startsWith('$');
    const settings = this.aclOf('$settings', isSystem ? '$systemStreamAcl' : '$userStreamAcl');
    return settings?.[right] ?? (isSystem ? '$admins' : '$all');
  }

  private aclOf(stream: string, member: string): Acl | undefined {
    const last = this.store.of(stream).at(-1);
    if (!last) return undefined;
    return (JSON.parse(last.data.toString()) as Readonly<Record<string, Acl | undefined>>)[member];
  }
}
