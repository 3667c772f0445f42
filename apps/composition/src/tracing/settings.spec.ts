import { tracingSettingsOf } from './settings';

const on = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('the settings of traces', () => {
  it('are none without an endpoint, whatever else is set', () => {
    const problems: string[] = [];
    expect(tracingSettingsOf({ OTEL_SERVICE_NAME: 'ledger' }, problems)).toBeUndefined();
    expect(tracingSettingsOf({ ...on, OTEL_SDK_DISABLED: 'TRUE' }, problems)).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('take the standard variables', () => {
    const environment = {
      ...on,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%3Db, tenant=trials',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_SERVICE_NAME: 'ledger',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    };
    expect(tracingSettingsOf(environment, [])).toEqual({
      endpoint: 'http://127.0.0.1:4318',
      headers: { 'api-key': 'a=b', tenant: 'trials' },
      service: 'ledger',
      ratio: 0.25,
    });
  });

  it.each([
    [{}, 1],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, 0],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 1],
    [{ OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: '0.1' }, 1],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '.5' }, 0.5],
  ])('with %j keep this share of all traces: %d', (environment, ratio) => {
    expect(tracingSettingsOf({ ...on, ...environment }, [])?.ratio).toBe(ratio);
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'swordfish' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'key=sword%ZZfish' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
    [{ OTEL_SDK_DISABLED: 'yes' }, 'OTEL_SDK_DISABLED'],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'OTEL_TRACES_SAMPLER'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG'],
  ])('refuse %j, name the variable, and quote no secret', (environment, name) => {
    const problems: string[] = [];
    tracingSettingsOf({ ...on, ...environment }, problems);
    expect(problems).toEqual([expect.stringContaining(name)]);
    expect(problems[0]).not.toMatch(/swordfish|sword%ZZfish/);
  });
});
