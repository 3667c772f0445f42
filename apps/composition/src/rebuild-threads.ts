import { extname, join } from 'node:path';
import type { RebuildThread } from '@platform/views';

export interface DataFolders {
  /** Folder of the event log. */
  readonly log: string;
  /** Folder of the views. */
  readonly views: string;
}

/** The file of a thread, beside this one. */
const fileOf = (name: string): string => join(__dirname, `${name}${extname(__filename)}`);

/** A thread that builds some of the views of a rebuild beside the others. */
export const besideRebuild = (folders: DataFolders): RebuildThread => ({
  file: fileOf('rebuild-part'),
  data: folders,
});
