import { MemoryClaims } from './memory-claims';
import { claimsContract } from './testing';

claimsContract('in memory', async () => {
  const claims = new MemoryClaims();
  return [claims, claims];
});
