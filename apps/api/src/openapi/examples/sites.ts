/** Bodies of the requests that set up a site and keep it. */
export const siteExamples = {
  SelectSite: { name: "Tai'an Central Hospital", city: "Tai'an", country: 'CHN', zone: 'Asia/Shanghai' },
  RecordEthicsApproval: {
    committee: 'Ethics Committee of the hospital',
    reference: '2023-17',
    approvedOn: '2023-07-01',
    expiresOn: '2024-06-30',
  },
  ChangeSiteStatus: {
    status: 'enrollmentPaused',
    reason: { code: 'staffing', text: 'The coordinator is on leave.' },
  },
  DelegateStaff: {
    user: 'coordinator-03',
    role: 'coordinator',
    duties: ['data entry', 'sample handling'],
    trainedOn: '2023-07-20',
    delegatedOn: '2023-08-01',
  },
  RevokeDelegation: {
    user: 'coordinator-03',
    role: 'coordinator',
    revokedOn: '2024-01-31',
    reason: { code: 'staffChange', text: 'Moved to another department.' },
  },
  SetReferenceRange: {
    laboratory: 'central',
    analyte: 'ALT',
    unit: 'U/L',
    low: 7,
    high: 40,
    effectiveFrom: '2023-08-01',
  },
  ApproveConsentVersion: { version: '2.0', approvedOn: '2023-07-01' },
  RetireConsentVersion: {
    version: '2.0',
    retiredOn: '2024-02-01',
    reason: { code: 'amendment', text: 'Replaced by version 3.0.' },
  },
};
