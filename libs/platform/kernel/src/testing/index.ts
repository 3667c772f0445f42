export { decisionContext, scenario, type Outcome, type Scenario } from './scenario';
