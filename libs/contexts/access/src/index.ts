import { accountList } from './views/account-list';

export { accountList, trialsWithUsers, usersHolding } from './views/account-list';

export { CloseAccount, GrantRole, OpenAccount, RevokeRole } from './access.commands';
export { ACCESS_OPTIONS, AccessModule, type AccessOptions } from './access.module';
export { HeldRoles, importCaller, operatorCaller, rolePolicy, systemCaller } from './callers';
export { accessStream, type AccessEvent } from './domain/access-log';
export {
  accountDecider,
  accountStream,
  isUserId,
  rolesHeldAt,
  type AccountEvent,
  type AccountState,
} from './domain/account';
export type { AccountRoleAssignment } from './domain/assignment';
export {
  accountRoles,
  allows,
  internalRoles,
  isPermission,
  permissions,
  permissionsOf,
  readingPermissions,
  roles,
  type AccountRole,
  type Permission,
  type Role,
} from './domain/permissions';
export { siteOfParticipant, type RoleAssignment } from './domain/policy';
export { AccountOpening, firstAdministrator, type NewAccount, type OpenedAccount } from './opening';

export const accessViews = [accountList];
