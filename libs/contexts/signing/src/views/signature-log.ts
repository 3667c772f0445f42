import { categoryOf, type Position, type RecordedEvent, type Scope } from '@platform/kernel';
import {
  decodeRow,
  type Row,
  type TablesOf,
  type View,
  type ViewDatabase,
  type ViewTable,
} from '@platform/views';
import { isEdit } from '../domain/changes';
import type { SignedData } from '../domain/signature';

/** From where to where a signature stood. It is found by whoever looks for what came after it. */
const signed = {
  name: 'signature_span',
  columns: {
    signature: 'text',
    trial: 'text',
    site: 'text',
    participant: 'text',
    /** Last position that is signed; position of the signing; position of its withdrawal, null while it was not. */
    covers: 'position',
    since: 'position',
    withdrawn: 'position',
  },
  key: ['signature'],
  indexes: [['trial', 'participant']],
} as const satisfies ViewTable;

/** An event that puts recorded data right. It never changes: as of a position there are those up to there. */
const edits = {
  name: 'participant_data_edit',
  columns: {
    event: 'text',
    trial: 'text',
    site: 'text',
    participant: 'text',
    stream: 'text',
    revision: 'integer',
    position: 'position',
    recorded_at: 'text',
    type: 'text',
    user: 'text',
    printed_name: 'text',
    role: 'text',
  },
  key: ['event'],
  indexes: [
    ['trial', 'position'],
    ['trial', 'participant', 'position'],
  ],
} as const satisfies ViewTable;

/** Where signatures stand, and which events may have changed what they cover. Holds no clinical value. */
export const signatureLog: View = {
  name: 'signature-log',
  version: 1,
  tables: [signed, edits],
  takes: 'all',
  async project(events, rows) {
    const withdrawals = events.filter(isWithdrawal).map(({ data }) => [data.signature as string]);
    await rows.load(signed.name, withdrawals);
    for (const event of events) {
      if (categoryOf(event.stream) === 'signature') {
        if (event.type === 'DataSigned') rows.put(signed.name, spanOf(event), event.position);
        else if (isWithdrawal(event)) {
          const span = rows.get(signed.name, [event.data.signature as string]);
          rows.put(signed.name, { ...span, withdrawn: event.position }, event.position);
        }
      } else if (isEdit(event)) {
        rows.put(edits.name, editOf(event), event.position);
      }
    }
  },
};

const isWithdrawal = ({ stream, type }: RecordedEvent): boolean =>
  type === 'SignatureWithdrawn' && categoryOf(stream) === 'signature';

const placeIn = ({ metadata: { subject } }: RecordedEvent): Row => {
  const { trial = null, site = '', participant = null } = subject;
  return { trial, site, participant };
};

function spanOf(event: RecordedEvent): Row {
  const { position } = event.data as unknown as SignedData;
  return {
    ...{ signature: event.id, ...placeIn(event) },
    ...{ covers: BigInt(position), since: event.position, withdrawn: null },
  };
}

function editOf(event: RecordedEvent): Row {
  const { id, stream, revision, position, type, metadata } = event;
  const { user, printedName, role } = metadata.actor;
  return {
    ...{ event: id, ...placeIn(event), stream, revision, position, recorded_at: metadata.recordedAt, type },
    ...{ user, printed_name: printedName, role },
  };
}

/** An edit that may be one of signed data: a signature that does not cover it stood when it was entered. */
export interface EditFound {
  readonly event: string;
  readonly site: string;
  readonly participant: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly recordedAt: string;
  readonly type: string;
  readonly user: string;
  readonly printedName: string;
  readonly role: string;
}

export interface EditFilter {
  readonly site?: string;
  readonly participant?: string;
  readonly user?: string;
  readonly behind?: Position;
  readonly limit?: number;
}

/** Edits behind a signature that stood then, in the order of the log; whether of what it covers is not known here. */
export async function editsBehindSignatures(
  views: ViewDatabase,
  scope: Scope,
  at: Position,
  { site, participant, user, behind, limit }: EditFilter,
): Promise<EditFound[]> {
  const rows = await views
    .reader<TablesOf<readonly [typeof signed, typeof edits]>>()
    .selectFrom('participant_data_edit as edit')
    .select(['edit.event', 'edit.site', 'edit.participant', 'edit.stream', 'edit.revision', 'edit.position'])
    .select(['edit.recorded_at as recordedAt', 'edit.type', 'edit.user', 'edit.printed_name as printedName'])
    .select('edit.role')
    .where('edit.trial', '=', scope.trial)
    .where('edit.position', '<=', Number(at))
    .where(edit =>
      edit.exists(
        edit
          .selectFrom('signature_span as span')
          .select('span.signature')
          .whereRef('span.trial', '=', 'edit.trial')
          .whereRef('span.participant', '=', 'edit.participant')
          .whereRef('span.covers', '<', 'edit.position')
          .where('span.since', '<=', Number(at))
          .where(span =>
            span.or([
              span('span.withdrawn', 'is', null),
              span('span.withdrawn', '>', span.ref('edit.position')),
            ]),
          ),
      ),
    )
    .$if(scope.sites !== 'all', query => query.where('edit.site', 'in', [...scope.sites]))
    .$if(site !== undefined, query => query.where('edit.site', '=', site!))
    .$if(participant !== undefined, query => query.where('edit.participant', '=', participant!))
    .$if(user !== undefined, query => query.where('edit.user', '=', user!))
    .$if(behind !== undefined, query => query.where('edit.position', '>', Number(behind)))
    .orderBy('edit.position')
    .$if(limit !== undefined, query => query.limit(limit!))
    .execute();
  return rows.map(row => decodeRow(edits, row) as unknown as EditFound);
}
