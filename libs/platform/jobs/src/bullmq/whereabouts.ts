import type { Redis } from 'ioredis';

/*
 * BullMQ keeps each job as a hash beside the lists of its queue, under one prefix: a job called "wait" would be taken
 * for the list. So ids get a beginning that no key of BullMQ has.
 */
const beginning = 'job-';
export const toBullId = (id: string): string => `${beginning}${id}`;
export const fromBullId = (bullId: string): string => bullId.slice(beginning.length);

/** How many ids Redis looks up before it listens to others again. */
const idsAtOnce = 500;

/** For each id the kind whose queue knows it, or nothing. */
const lookUp = `
local kinds = redis.call('SMEMBERS', KEYS[1])
local found = {}
for i = 2, #ARGV do
  found[i - 1] = ''
  for _, kind in ipairs(kinds) do
    if redis.call('EXISTS', ARGV[1] .. ':' .. kind .. ':${beginning}' .. ARGV[i]) == 1 then
      found[i - 1] = kind
      break
    end
  end
end
return found
`;

/** Where ids are: each kind has a queue of its own in BullMQ, but an id is one job, whatever its kind. */
export class Whereabouts {
  private readonly kindsKey: string;

  constructor(private readonly prefix: string) {
    this.kindsKey = `${prefix}:kinds`;
  }

  kinds = (redis: Redis): Promise<string[]> => redis.smembers(this.kindsKey);

  /** Said before each job, not once: Redis may have lost everything since the last one. */
  addKind = (redis: Redis, kind: string): Promise<number> => redis.sadd(this.kindsKey, kind);

  async kindOf(redis: Redis, id: string): Promise<string | undefined> {
    const [kind] = await this.find(redis, [id]);
    return kind === '' ? undefined : kind;
  }

  async known(redis: Redis, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const known = new Set<string>();
    for (let first = 0; first < ids.length; first += idsAtOnce) {
      const some = ids.slice(first, first + idsAtOnce);
      const found = await this.find(redis, some);
      some.forEach((id, i) => found[i] !== '' && known.add(id));
    }
    return known;
  }

  private find(redis: Redis, ids: readonly string[]): Promise<string[]> {
    return redis.eval(lookUp, 1, this.kindsKey, this.prefix, ...ids) as Promise<string[]>;
  }
}
