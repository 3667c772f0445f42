/** Bodies of the requests about accounts and sessions. */
export const accessExamples = {
  OpenAccount: { printedName: 'Wang Min', organisation: "Tai'an Central Hospital" },
  ChangeAccountProfile: {
    printedName: 'Wang Min',
    organisation: 'Linyi People’s Hospital',
    reason: { code: 'staffChange', text: 'Moved to another hospital of the trial.' },
  },
  GrantRole: {
    role: 'coordinator',
    trial: 'NCT05794425',
    sites: ['03'],
    delegation: 'Delegation log 03, line 4',
    validFrom: '2024-03-01T00:00:00+08:00',
  },
  RevokeRole: {
    role: 'coordinator',
    trial: 'NCT05794425',
    reason: { code: 'staffChange', text: 'Left the study team.' },
  },
  LockAccount: { reason: { code: 'suspicion', text: 'A login from an unknown address was reported.' } },
  UnlockAccount: { reason: { code: 'clarified', text: 'It was the person’s own new device.' } },
  CloseAccount: { reason: { code: 'staffChange', text: 'Left the hospital.' } },
  SetPassword: {},
  ChangeOwnPassword: {},
  LogIn: { user: 'coordinator-03', password: 'a password of one’s own' },
  ChangePassword: { currentPassword: 'a password of one’s own', password: 'another one, also long enough' },
  TemporaryPassword: { password: 'to be changed at the next login' },
};
