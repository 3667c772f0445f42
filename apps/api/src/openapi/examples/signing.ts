const signature = { user: 'investigator-03', password: 'my own long password' };

/** Bodies of the requests that are about signatures. */
export const signingExamples = {
  SignData: {
    milestone: 'interimAnalysis',
    position: '1207',
    digest: '3b1e4a7c9f0d2586b1c3e5f7a9082b4d6c8e0f1a2b3c4d5e6f708192a3b4c5d6',
    reason: { code: 'corrected', text: 'The corrected weight was reviewed.' },
    signature,
  },
  WithdrawSignature: {
    reason: { code: 'mistaken', text: 'Meant for another participant.' },
    signature,
  },
};
