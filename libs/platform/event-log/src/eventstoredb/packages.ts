/*
 * Loaded by whoever names a server. They take a fifth of a second and 20 MB, which the embedded mode does not pay.
 */

export const loadEventStore = (): typeof import('@eventstore/db-client') =>
  require('@eventstore/db-client') as typeof import('@eventstore/db-client');

type Users = typeof import('@eventstore/db-client/generated/users_grpc_pb') &
  typeof import('@eventstore/db-client/generated/users_pb');

/** The service of users, for which the client has no methods. */
export const loadUsers = (): Users => ({
  ...(require('@eventstore/db-client/generated/users_grpc_pb') as Users),
  ...(require('@eventstore/db-client/generated/users_pb') as Users),
});
