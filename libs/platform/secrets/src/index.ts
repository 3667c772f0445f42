export { FileVault } from './file-vault';
export { MemoryVault } from './memory-vault';
export * from './port';
export { defaultSecretsSchema, PostgresVault, type PostgresVaultOptions } from './postgres-vault';
