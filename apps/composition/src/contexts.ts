import type { Reaction } from '@platform/commands';
import type { View } from '@platform/views';
import { AccessModule, accessViews } from '@trial/access';
import { ProtocolModule } from '@trial/protocol';
import { SitesModule, sitesViews } from '@trial/sites';
export const contextModules = [AccessModule, ProtocolModule, SitesModule];
export const allViews: readonly View[] = [...accessViews, ...sitesViews];
export const allReactions: readonly Reaction[] = [];
