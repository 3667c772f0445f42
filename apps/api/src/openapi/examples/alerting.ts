/** Bodies of the requests about alerts and how people are reached. */
export const alertingExamples = {
  ConsiderAlert: {
    rule: 'ALERT-SAE',
    event: '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21',
    eventType: 'SeriousnessAssessed',
    position: '1207',
    about: { adverseEvent: '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21' },
  },
  RaiseLagAlert: { component: 'view:audit-trail', position: '1207' },
  EscalateAlert: { step: 0, roles: ['investigator'], users: [] },
  RecordAlertDelivery: {
    step: 0,
    recipient: 'investigator-03',
    point: '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21',
    attempt: 1,
    failure: 'server-error',
    detail: '503',
    retry: true,
  },
  AcknowledgeAlert: { comment: 'On the way to the ward.' },
  CloseAlert: { comment: 'Reported to the ethics committee on 2024-03-14.' },
  SetAlertPolicy: {
    kinds: [
      {
        kind: 'sae',
        priority: 'high',
        ladder: [
          { afterMinutes: 0, roles: ['investigator', 'safetyOfficer'] },
          { afterMinutes: 10, roles: ['safetyOfficer'], users: ['monitor-01'] },
          { afterMinutes: 20, roles: ['sponsorOnCall'] },
        ],
      },
    ],
    onCall: ['safety-officer-02'],
  },
  AddContactPoint: {
    channel: 'webhook',
    url: 'https://hooks.hospital.example/alerts',
    kinds: ['sae', 'death'],
  },
  RemoveContactPoint: { point: '0a8f7c52-6f5e-5c43-9a8b-3f1f0d5a7e21' },
  SetQuietHours: { from: '22:00', to: '06:30', zone: 'Asia/Shanghai' },
  ClearQuietHours: {},
};
