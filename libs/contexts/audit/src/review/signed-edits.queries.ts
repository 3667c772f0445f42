import { Type } from 'class-transformer';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { Query, queryRow, type QueryContext } from '@platform/commands';
import { IsOmittable, IsStreamIdText, IsFlag } from '@platform/http';
import { parsePosition } from '@platform/kernel';
import type { Permission } from '@trial/access';
import {
  countEditors,
  editsAfterSignature,
  textPosition,
  type EditAfterSignature,
  type EditorOfSigned,
} from './edits-after-signature';

const reading = 'audit.read' satisfies Permission;
const views = ['signature-log'];

abstract class AskSignedEdits extends Query {
  @IsOmittable()
  @IsStreamIdText()
  site?: string;

  @IsOmittable()
  @IsStreamIdText()
  participant?: string;

  /** Who edited. */
  @IsOmittable()
  @IsStreamIdText()
  user?: string;
}

/** Signed facts that were edited afterwards. */
export class ListEditsAfterSignature extends AskSignedEdits {
  /** Only those that somebody has signed again, or that nobody has; the latter unless given. */
  @IsOmittable()
  @IsFlag()
  signedAgain?: boolean;

  /** Rows on a page; 100 unless given. */
  @IsOmittable()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;

  /** `next` of the page before. */
  @IsOmittable()
  @Matches(/^\d{1,19}$/)
  cursor?: string;
}

/** Who has edited signed facts, by person and site. */
export class CountEditorsOfSigned extends AskSignedEdits {}

export interface EditsAfterSignature {
  readonly edits: readonly (Omit<EditAfterSignature, 'position'> & { readonly position: string })[];
  readonly next?: string;
}

export const signedEditsQueries = [
  queryRow<ListEditsAfterSignature, EditsAfterSignature>({
    query: ListEditsAfterSignature,
    permission: reading,
    views,
    answer: listEdits,
  }),
  queryRow<CountEditorsOfSigned, { readonly people: readonly EditorOfSigned[] }>({
    query: CountEditorsOfSigned,
    permission: reading,
    views,
    answer: async ({ site, participant, user }, context) => ({
      people: await countEditors({ site, participant, user }, context),
    }),
  }),
];

async function listEdits(
  { cursor, limit = 100, signedAgain = false, site, participant, user }: ListEditsAfterSignature,
  context: QueryContext,
): Promise<EditsAfterSignature> {
  const behind = cursor === undefined ? undefined : parsePosition(cursor);
  const edits: EditAfterSignature[] = [];
  for await (const edit of editsAfterSignature({ site, participant, user, behind }, context)) {
    if ((edit.signedAgain !== null) !== signedAgain) continue;
    if (edits.length === limit) {
      return { edits: edits.map(textPosition), next: textPosition(edits.at(-1)!).position };
    }
    edits.push(edit);
  }
  return { edits: edits.map(textPosition) };
}
