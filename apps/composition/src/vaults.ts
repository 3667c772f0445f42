import { PostgresVault, type Vault } from '@platform/secrets';
import type { Configuration } from './configuration';

/**
 * The vault that is configured; undefined for the one in the data folder.
 * @throws SecretsUnavailable when PostgreSQL does not answer, or refuses
 */
export async function configuredVault(
  { secretsUrl }: Pick<Configuration, 'secretsUrl'>,
  onProblem: (problem: string) => void,
): Promise<Vault | undefined> {
  return secretsUrl === undefined ? undefined : PostgresVault.open({ url: secretsUrl, onProblem });
}
