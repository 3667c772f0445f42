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
