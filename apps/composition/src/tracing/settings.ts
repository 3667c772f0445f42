/** Where traces go, and which. May hold a secret among its headers: never print it. */
export interface TracingSettings {
  /** Base address of an OTLP receiver over HTTP; `/v1/traces` is added. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What this process is called; undefined for its own name. */
  readonly service?: string;
  /** Share of traces that are kept, from 0 to 1; whole ones, and the same ones in every process. */
  readonly ratio: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** With or without `parentbased_`: no foreign parent decides here, so both mean the same. */
const samplers: Readonly<Record<string, 'on' | 'off' | 'ratio'>> = {
  always_on: 'on',
  always_off: 'off',
  traceidratio: 'ratio',
  parentbased_always_on: 'on',
  parentbased_always_off: 'off',
  parentbased_traceidratio: 'ratio',
};

/**
 * The variables of the OpenTelemetry specification that this software honours. Without an endpoint nothing is traced.
 * Sentences never quote the endpoint or the headers, which may hold secrets.
 * @param problems takes a sentence for each variable that cannot be used
 */
export function tracingSettingsOf(environment: Environment, problems: string[]): TracingSettings | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = '', OTEL_EXPORTER_OTLP_PROTOCOL: protocol = '' } =
    environment;
  const { OTEL_SERVICE_NAME: service = '', OTEL_SDK_DISABLED: disabled = 'false' } = environment;
  const headers = headersOf(environment, problems);
  const ratio = ratioOf(environment, problems);
  if (!/^(true|false|)$/i.test(disabled)) {
    problems.push(`OTEL_SDK_DISABLED is "${disabled}"; set true or false.`);
  }
  if (protocol !== '' && protocol !== 'http/json') {
    problems.push(
      `OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}"; traces are sent as http/json only: set that, or unset it.`,
    );
  }
  if (endpoint === '') return undefined;
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : '')) {
    problems.push(
      'OTEL_EXPORTER_OTLP_ENDPOINT is no address of an OTLP receiver; set for example http://127.0.0.1:4318, ' +
        'or unset it to send no traces.',
    );
  }
  if (/^true$/i.test(disabled)) return undefined;
  return { endpoint, headers, ratio, ...(service !== '' && { service }) };
}

function headersOf(
  { OTEL_EXPORTER_OTLP_HEADERS: text = '' }: Environment,
  problems: string[],
): TracingSettings['headers'] {
  const pairs = text.split(',').filter(pair => pair.trim() !== '');
  const read = pairs.map(pair => /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*([!-~]*)\s*$/.exec(pair));
  if (read.every(match => match !== null && isDecodable(match[2]!))) {
    return Object.fromEntries(read.map(match => [match![1]!, decodeURIComponent(match![2]!)]));
  }
  problems.push(
    'OTEL_EXPORTER_OTLP_HEADERS is no list of headers; set for example api-key=SECRET,tenant=trials, ' +
      'with special characters of the values percent-encoded.',
  );
  return {};
}

const isDecodable = (text: string): boolean => /^(?:[^%]|%[0-7][0-9A-F])*$/i.test(text);

function ratioOf(environment: Environment, problems: string[]): number {
  const { OTEL_TRACES_SAMPLER: sampler = '', OTEL_TRACES_SAMPLER_ARG: share = '' } = environment;
  const kind = sampler === '' ? 'on' : samplers[sampler];
  if (kind === undefined) {
    problems.push(
      `OTEL_TRACES_SAMPLER is "${sampler}"; set always_on, always_off or traceidratio, or unset it.`,
    );
  }
  if (kind !== 'ratio') return kind === 'off' ? 0 : 1;
  if (share === '' || (/^\d*\.?\d+$/.test(share) && Number(share) <= 1)) {
    return share === '' ? 1 : Number(share);
  }
  problems.push(
    `OTEL_TRACES_SAMPLER_ARG is "${share}"; set the share of traces to keep from 0 to 1, for example 0.1.`,
  );
  return 1;
}
