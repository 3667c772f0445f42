import { passing } from '@trial/participants/testing';
import { Chronicle, type Page } from './chronicle';
import { screeningRequests, zone, type RunningTrial } from './trial';

const coordinator = { role: 'coordinator', site: '01' } as const;
const investigator = { role: 'investigator', site: '01' } as const;
const pharmacist = { role: 'pharmacist', site: '01' } as const;
const safetyOfficer = { role: 'safetyOfficer' } as const;
const dataManager = { role: 'dataManager' } as const;

export const reason = { code: 'transcription', text: 'Misread from the laboratory’s print-out.' };

/** Creatinine comes from a laboratory that prints mg/dL, and stands exactly at one and a half times its limit. */
const creatinine = {
  ...{ analyte: 'CREAT', quantity: { value: 1.5, unit: 'mg/dL' } },
  ...{ collectedAt: '2024-03-04', laboratory: 'village' },
};

/**
 * One person's way through the trial, request by request in the name of whoever does it there, from the first talk to a
 * value that turns out to have been wrong; and somebody beside, who does not pass the screening.
 */
export class ParticipantStory {
  readonly participant = '01-001';
  readonly failed = '01-002';
  readonly chronicle: Chronicle;
  /** Whose pages are read. */
  private subject = this.participant;

  private constructor(private readonly running: RunningTrial) {
    this.chronicle = new Chronicle(running, () => ({
      casebook: this.at('/casebook'),
      board: '/sites/01/board',
      screeningLog: '/participants?site=01',
      trail: `/audit-trail?participant=${this.subject}&sort=-position&limit=500`,
    }));
  }

  static async run(running: RunningTrial): Promise<ParticipantStory> {
    const story = new ParticipantStory(running);
    await story.beginning();
    await story.screening();
    await story.treatment();
    await story.safety();
    await story.ending();
    await story.somebodyElse();
    return story;
  }

  private at(path = ''): string {
    return `/participants/${this.subject}${path}`;
  }

  private record(...request: Parameters<Chronicle['record']>): Promise<Page> {
    return this.chronicle.record(...request);
  }

  private async beginning(): Promise<void> {
    this.running.clock.set('2024-03-01T01:00:00.000Z');
    const number = await (await this.running.as(coordinator)).post('/sites/01/participant-numbers');
    if (number.body.ids.participant !== this.participant) throw new Error(JSON.stringify(number.body));
    await this.record(coordinator, this.at(), { sex: 'female', birthYear: 1980 }, '2024-03-01T09:20');
    await this.record(coordinator, this.at('/diagnoses'), { code: 'AA', diagnosedAt: '2023-11' });
    await this.record(
      coordinator,
      this.at('/consents'),
      { version: '2.0', signedAt: '2024-03-01T10:05' },
      '2024-03-01T10:10',
    );
  }

  private async screening(): Promise<void> {
    const { results, measurements, statements } = screeningRequests(passing);
    const others = results.filter(({ analyte }) => analyte !== 'CREAT');
    await this.record(
      coordinator,
      this.at('/laboratory-results'),
      { results: [...others, creatinine] },
      '2024-03-04T15:00',
    );
    const weight = { code: 'WEIGHT', quantity: { value: 60, unit: 'kg' }, takenAt: '2024-03-04' };
    await this.record(coordinator, this.at('/measurements'), { measurements: [...measurements, weight] });
    await this.record(investigator, this.at('/statements'), { statements }, '2024-03-05T09:00');
    await this.record(
      investigator,
      this.at('/screening/decisions'),
      { decision: 'eligible' },
      '2024-03-05T09:30',
    );
    const enrollment = { enrolledAt: '2024-03-05', arm: 'UCB-MSC' };
    await this.record(coordinator, this.at('/enrollment'), enrollment, '2024-03-05T11:00');
  }

  /** Two infusions, entered while they happen; the second holds more cells than the protocol allows. */
  private async treatment(): Promise<void> {
    await this.infusion('2024-03-06', 'W000024000001', 6.4e7);
    await this.infusion('2024-03-13', 'W000024000002', 9.1e7);
    const dose = { drug: 'CSA', dose: 120, unit: 'mg', frequency: 'BID', at: { at: '2024-03-13', zone } };
    await this.record(coordinator, this.at('/treatment/drug-doses'), dose, '2024-03-13T16:00');
  }

  private async infusion(day: string, din: string, cellsGiven: number): Promise<void> {
    const units = [{ din, kind: 'UCB-MSC', lot: `L-${din.slice(-1)}` }];
    const plan = { product: 'UCB-MSC', plannedOn: day, units };
    const planned = await this.record(pharmacist, this.at('/infusions'), plan, `${day}T08:00`);
    const of = (path: string) => this.at(`/infusions/${planned.receipt.ids.infusion}${path}`);
    await this.record(pharmacist, of('/thaws'), { din, expiresAt: `${day}T13:00` }, `${day}T09:10`);
    const check = { secondPerson: 'coordinator-01', units: [din] };
    await this.record(pharmacist, of('/identity-checks'), check, `${day}T09:30`);
    const vitalSigns = (phase: string, time: string) => {
      const values = [
        { code: 'SYSBP', value: 118, unit: 'mm[Hg]' },
        { code: 'TEMP', value: 36.6, unit: 'Cel' },
      ];
      return this.record(coordinator, of('/vital-signs'), { phase, values }, `${day}T${time}`);
    };
    await vitalSigns('before', '09:35');
    await this.record(coordinator, of('/start'), {}, `${day}T09:40`);
    await vitalSigns('during', '09:55');
    await this.record(coordinator, of('/end'), { cellsGiven, volumeMl: 110 }, `${day}T10:10`);
    await vitalSigns('after', '10:40');
  }

  private async safety(): Promise<void> {
    const report = { term: 'Fever 39.2', onset: '2024-03-13T18:00', description: 'Chills in the evening' };
    const reported = await this.record(coordinator, this.at('/adverse-events'), report, '2024-03-14T08:30');
    const of = (path: string) => this.at(`/adverse-events/${reported.receipt.ids.adverseEvent}${path}`);
    await this.record(investigator, of('/severity'), { grade: 3, baselineGrade: 0 }, '2024-03-14T09:00');
    await this.record(investigator, of('/seriousness'), { death: false, hospitalisation: true });
    await this.record(investigator, of('/causality'), { term: 'possible' });
    await this.record(safetyOfficer, of('/sponsor-causality'), { term: 'unlikely' }, '2024-03-14T14:00');
    await this.record(safetyOfficer, of('/expectedness'), {
      ...{ expected: true, rsiVersion: 'IB 4', rsiFrom: '2023-06-01' },
    });
    const amendment = { onset: '2024-03-13T17:00', reason };
    await this.record(coordinator, of('/amendments'), amendment, '2024-03-15T09:00');
    const outcome = { outcome: 'recovered', end: '2024-03-16' };
    await this.record(investigator, of('/outcome'), outcome, '2024-03-17T09:00');
  }

  private async ending(): Promise<void> {
    const status = { status: 'inFollowUp', since: '2024-03-20' };
    await this.record(coordinator, this.at('/status'), status, '2024-03-20T09:00');
    const { body } = await this.chronicle.ask(this.at('/casebook'));
    const entry = body.laboratory.find(
      (each: { data: { analyte: string } }) => each.data.analyte === 'CREAT',
    );
    const correction = {
      event: entry.event,
      field: 'quantity',
      value: { value: 1.7, unit: 'mg/dL' },
      reason,
    };
    await this.record(dataManager, this.at('/corrections'), correction, '2024-03-21T09:00');
  }

  /** Positive for HIV: not eligible, and never enrolled. */
  private async somebodyElse(): Promise<void> {
    this.subject = await this.running.consentedAt('01');
    const results = [{ analyte: 'HIV12AB', finding: 'positive', collectedAt: '2024-03-22' }];
    await this.record(coordinator, this.at('/laboratory-results'), { results }, '2024-03-22T09:00');
    await this.record(
      investigator,
      this.at('/screening/decisions'),
      { decision: 'notEligible' },
      '2024-03-23T09:00',
    );
  }
}
