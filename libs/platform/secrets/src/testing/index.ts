export { someKind, vaultContract } from './vault-contract';
