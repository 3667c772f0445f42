import type { Claim, ClaimStore } from './port';

/** For a process that is alone, and for tests. */
export class MemoryClaims implements ClaimStore {
  private readonly claims = new Map<string, Claim>();

  read(name: string): Promise<Claim | undefined> {
    return Promise.resolve(this.claims.get(name));
  }

  take(name: string, seen: Claim | undefined, holder: string): Promise<Claim | undefined> {
    const stands = this.claims.get(name);
    if (stands?.token !== seen?.token || stands?.beat !== seen?.beat) return Promise.resolve(undefined);
    const claim = { name, holder, token: (stands?.token ?? 0) + 1, beat: 0 };
    this.claims.set(name, claim);
    return Promise.resolve(claim);
  }

  renew(claim: Claim): Promise<boolean> {
    const stands = this.heldBy(claim);
    if (stands) this.claims.set(claim.name, { ...stands, beat: stands.beat + 1 });
    return Promise.resolve(stands !== undefined);
  }

  release(claim: Claim): Promise<void> {
    const stands = this.heldBy(claim);
    if (stands) this.claims.set(claim.name, { ...stands, holder: '', beat: stands.beat + 1 });
    return Promise.resolve();
  }

  private heldBy({ name, holder, token }: Claim): Claim | undefined {
    const stands = this.claims.get(name);
    return stands?.token === token && stands.holder === holder ? stands : undefined;
  }
}
