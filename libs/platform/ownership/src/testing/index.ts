export { claimsContract } from './claims-contract';
