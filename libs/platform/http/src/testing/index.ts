export { startTestHost, type TestHost, type TestHostOptions } from './test-host';
