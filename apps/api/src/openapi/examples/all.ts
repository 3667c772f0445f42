import { accessExamples } from './access';
import { alertingExamples } from './alerting';
import { participantExamples } from './participants';
import { protocolExamples } from './protocol';
import { reportingExamples } from './reporting';
import { safetyExamples } from './safety';
import { signingExamples } from './signing';
import { siteExamples } from './sites';
import { treatmentExamples } from './treatment';

/** One request body that is accepted by the checks of its class, by class name. A test holds that for every command. */
export const examples: Readonly<Record<string, object>> = {
  ...accessExamples,
  ...protocolExamples,
  ...siteExamples,
  ...participantExamples,
  ...treatmentExamples,
  ...safetyExamples,
  ...reportingExamples,
  ...alertingExamples,
  ...signingExamples,
};
