import { isPartialDate } from '@platform/kernel';
import type { Study } from './mappings/mapping';
import { participantIdOf } from './mappings/subjects';
import type { Tally } from './report';
import type { SdtmFolder } from './tables';
import { RowReader, RowRefused } from './values';

/** What the whole of a study's rows refer to: its subjects, its sites, and its supplemental qualifiers. */
export class StudyIndex implements Study {
  private readonly participants = new Map<string, string>();
  private readonly qualifiers = new Map<string, Record<string, string>>();
  private readonly siteCountries = new Map<string, string | undefined>();
  /** The earliest day that DM names. */
  firstDay: string | undefined;

  private constructor(
    readonly trial: string,
    readonly zone: string,
    private readonly tally: Tally,
  ) {}

  static async of(
    tables: SdtmFolder,
    { trial, zone }: Pick<Study, 'trial' | 'zone'>,
    tally: Tally,
  ): Promise<StudyIndex> {
    const index = new StudyIndex(trial, zone, tally);
    for await (const row of tables.rows('dm'))
      if ('values' in row) index.addSubject(new RowReader(row, 'DM'));
    for (const domain of tables.domains.filter(name => name.startsWith('supp'))) {
      for await (const row of tables.rows(domain)) {
        tally.read(domain);
        if ('values' in row) index.addQualifier(new RowReader(row, domain.toUpperCase()));
        else tally.refuse({ file: row.file, line: row.line, rule: 'IMPORT-UNREADABLE', reason: row.problem });
      }
    }
    return index;
  }

  get sites(): { readonly site: string; readonly country: string | undefined }[] {
    return [...this.siteCountries].map(([site, country]) => ({ site, country }));
  }

  participantOf(subject: string): string {
    const participant = this.participants.get(subject);
    if (participant !== undefined) return participant;
    throw new RowRefused('IMPORT-SUBJECT', `USUBJID "${subject}" is not in DM.`);
  }

  supplemental(domain: string, row: RowReader): Readonly<Record<string, string>> {
    const subject = row.text('USUBJID') ?? '';
    return {
      ...this.qualifiers.get(keyOf(domain, subject, '')),
      ...this.qualifiers.get(keyOf(domain, subject, row.text(`${domain}SEQ`) ?? '')),
    };
  }

  flag({ row: { file, line } }: RowReader, rule: string, detail: string): void {
    this.tally.flag({ file, line, rule, detail });
  }

  /** Rows that are not good enough to be indexed are refused when they are imported, with their reason. */
  private addSubject(row: RowReader): void {
    const [subject, site, own] = [row.text('USUBJID'), row.text('SITEID'), row.text('SUBJID')];
    if (subject === undefined || site === undefined || own === undefined) return;
    this.participants.set(subject, participantIdOf(row));
    if (!this.siteCountries.has(site)) this.siteCountries.set(site, row.text('COUNTRY'));
    for (const variable of ['RFICDTC', 'DMDTC', 'RFSTDTC']) {
      const day = row.text(variable)?.slice(0, 10);
      if (day?.length !== 10 || !isPartialDate(day)) continue;
      if (this.firstDay === undefined || day < this.firstDay) this.firstDay = day;
    }
  }

  private addQualifier(row: RowReader): void {
    try {
      const domain = row.required('RDOMAIN');
      const subject = row.required('USUBJID');
      this.participantOf(subject);
      const sequence = row.text('IDVAR') === `${domain}SEQ` ? (row.text('IDVARVAL') ?? '') : '';
      const key = keyOf(domain, subject, sequence);
      const [name, value] = [row.required('QNAM'), row.required('QVAL')];
      const before = this.qualifiers.get(key);
      if (before && Object.hasOwn(before, name))
        throw new RowRefused('IMPORT-DUPLICATE', `${name} stands twice for this record.`);
      this.qualifiers.set(key, { ...before, [name]: value });
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error;
      this.tally.refuse({ file: row.row.file, line: row.row.line, rule: error.rule, reason: error.message });
    }
  }
}

const keyOf = (domain: string, subject: string, sequence: string): string =>
  [domain, subject, sequence].join('\u001f');
