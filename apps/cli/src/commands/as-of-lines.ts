import type { Casebook, Figures, SiteBoard } from '@trial/inspection';

/* How a person reads at the terminal what the queries answer; everything is in their JSON. */

const row = (label: string, value: string | number | null | undefined): string[] =>
  value === undefined || value === null || value === '' ? [] : [`  ${label.padEnd(22)}${value}`];

export function casebookLines(casebook: Casebook): string[] {
  const { participant, site, identity, status, consent, protocolVersion } = casebook;
  const { current } = status;
  const { sex, birthYear, ageYears } = identity;
  const age = birthYear === undefined ? ageYears && `${ageYears} years` : `born ${birthYear}`;
  return [
    `Participant ${participant}, site ${site}`,
    ...row('person', [sex, age].filter(Boolean).join(', ')),
    ...row('prescreened', identity.prescreenedAt),
    ...row('status', current && `${current.status} since ${current.since ?? 'an unknown day'}`),
    ...row('consent', `${consent.standing}; ${consent.signed.map(consented).join(', ') || 'never signed'}`),
    ...row('protocol version', protocolVersion),
    ...screeningLines(casebook),
    ...treatmentLines(casebook),
    ...safetyLines(casebook),
    ...casebook.flags.map(flag => `  flag: ${flag.kind} was derived from a value that was corrected since`),
  ];
}

const consented = ({ data: { version, signedAt } }: Casebook['consent']['signed'][number]): string =>
  `version ${version} on ${signedAt}`;

function screeningLines({ screening, enrollment }: Casebook): string[] {
  return [
    ...screening.diagnoses.flatMap(({ data }) => row('diagnosis', data.name ?? data.code)),
    ...screening.decisions.flatMap(({ data }) => {
      const { decision, decidedAt, evaluation, overridden } = data;
      const proposal = evaluation ? `, proposed ${evaluation.proposal}` : '';
      return row('decision', `${decision} on ${decidedAt}${proposal}${overridden ? ' (overridden)' : ''}`);
    }),
    ...enrollment.flatMap(({ data }) =>
      row('enrolled', `${data.enrolledAt}${data.arm === undefined ? '' : `, arm ${data.arm}`}`),
    ),
  ];
}

function treatmentLines({
  treatment,
  visits,
  laboratory,
  measurements,
  responses,
  corrections,
}: Casebook): string[] {
  return [
    ...treatment.infusions.flatMap(({ ordinal, plannedOn, status }) =>
      row(`infusion ${ordinal}`, `${status}, planned on ${plannedOn}`),
    ),
    ...treatment.drugDoses.flatMap(({ drug, dose, unit, frequency, at }) =>
      row(drug, `${dose} ${unit} ${frequency} from ${at}`),
    ),
    ...row('visits', visits.map(({ data }) => data.visit).join(' ')),
    ...row('values', `${laboratory.length} of the laboratory, ${measurements.length} measured`),
    ...responses.flatMap(({ data }) =>
      row('response', `${data.response} (${data.definition}) on ${data.assessedAt}`),
    ),
    ...row('corrections', corrections.length || undefined),
  ];
}

function safetyLines({ adverseEvents, obligations, deviations }: Casebook): string[] {
  return [
    ...adverseEvents.flatMap(({ details, severity, serious, susar, outcome, voided }) => {
      const words = [
        details?.term,
        severity?.grade === undefined ? undefined : `grade ${severity.grade}`,
        serious ? 'serious' : undefined,
        susar ? 'SUSAR' : undefined,
        outcome?.outcome,
        voided ? 'voided' : undefined,
      ];
      return row(
        'adverse event',
        `${words.filter(Boolean).join(', ')} (${details?.onset ?? 'onset unknown'})`,
      );
    }),
    ...obligations.flatMap(({ rule, status, clocks, missed }) =>
      row('report', `${rule.id}, due ${clocks.at(-1)?.dueLocal}: ${status}${missed ? ', was missed' : ''}`),
    ),
    ...deviations.flatMap(({ raised, status }) =>
      row('deviation', raised && `${raised.rule}, ${raised.severity}, ${status}: ${raised.description}`),
    ),
  ];
}

export function boardLines(board: SiteBoard): string[] {
  const { site, name, city, status, screening, staff, ethicsApprovals, consentVersions } = board;
  const inForce = ethicsApprovals.find(approval => approval.inForce);
  const forms = consentVersions.filter(form => form.inForce).map(({ version }) => version);
  return [
    `Site ${site}, ${name}${city === undefined ? '' : `, ${city}`}`,
    ...row('status', status),
    ...row(
      'ethics approval',
      inForce ? `${inForce.reference}, until ${inForce.expiresOn ?? 'further notice'}` : 'none',
    ),
    ...row('consent versions', forms.join(', ') || 'none'),
    ...row(
      'staff',
      staff
        .filter(({ revokedOn }) => revokedOn === undefined)
        .map(({ user }) => user)
        .join(', '),
    ),
    ...figureLines(board),
    ...screening.map(line => {
      const { participant, status: now, statusSince, arm } = line;
      const since = statusSince === null ? '' : ` since ${statusSince}`;
      return `  ${participant}  ${now}${since}${arm === null ? '' : `, ${arm}`}`;
    }),
  ];
}

const figureLines = ({ participants, infusions, adverseEvents, deviations }: Figures): string[] => [
  ...row('participants', `${participants.screened} screened, ${participants.enrolled} enrolled`),
  ...row(
    'infusions',
    `${infusions.done} done, ${infusions.planned} planned, ${infusions.cancelled} cancelled`,
  ),
  ...row(
    'adverse events',
    `${adverseEvents.reported} reported, ${adverseEvents.open} open, ${adverseEvents.serious} serious`,
  ),
  ...row('deviations', `${deviations.raised} raised, ${deviations.open} open`),
];
