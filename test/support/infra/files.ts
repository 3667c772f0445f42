import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { ConfigurationError, readConfiguration } from '../../../apps/composition/src/configuration';

export const root = resolve(__dirname, '../../..');
export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** YAML with its aliases and merge keys resolved. */
export const readYaml = (file: string): unknown => parse(read(file), { merge: true });

export interface ComposeService {
  readonly image?: string;
  readonly build?: unknown;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly profiles?: readonly string[];
  readonly healthcheck?: unknown;
  readonly read_only?: boolean;
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // oxlint-disable-next-line typescript/no-explicit-any -- checked against Kubernetes' own schemas first
  readonly [field: string]: any;
}

const kubernetes = 'infra/kubernetes';

export const manifestFiles = readdirSync(join(root, kubernetes)).filter(
  file => file !== 'kustomization.yaml',
);

export const manifests = (): Manifest[] =>
  manifestFiles.flatMap(file =>
    parseAllDocuments(read(`${kubernetes}/${file}`)).map(
      document => ({ file, ...(document.toJSON() as object) }) as Manifest,
    ),
  );

/** Every variable that the configuration looks at, found by letting it look. */
export function variablesRead(): ReadonlySet<string> {
  const looked = new Set<string>();
  const environment = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get: (_, name) => (looked.add(String(name)), undefined),
    },
  );
  try {
    readConfiguration(environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
  }
  return looked;
}
