import type { OutgoingMessage } from '../port';

export const raised: OutgoingMessage = {
  id: 'alert-0190b7a2-1',
  type: 'alert.raised',
  at: '2024-03-05T08:15:00.000Z',
  subject: 'A report is due: obligation 17',
  text: 'Obligation 17 of site 03 is due on 2024-03-12.\nSign in to read more – "§ 4".\n',
  data: { obligation: '17', site: '03' },
};
