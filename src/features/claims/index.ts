/**
 * Claims of operators: what tokens and userinfo say besides what the protocol does, from a table of what says what to whom, and
 * from services that are asked.
 * Names that a specification gives a meaning are refused here and left out at issuing, where features/oidc writes the tokens.
 *
 * Owns tables `claim_mappings` and `claim_hooks`. No events. Every process keeps the rules in memory and hears of changes over the bus.
 * Rules: RFC 7519, section 4; OpenID Connect Core 1.0, section 5; docs/decisions/0040-claims.md.
 */
export { adminRoutes } from './admin.routes.ts'
export { type Attribute, attributeNames, isCustom } from './attributes.ts'
export { commands } from './commands.ts'
export { errors as claimErrors } from './errors.ts'
export { fitting } from './fitting.ts'
export { addHook } from './hooks/add-hook.ts'
export { keptSecretOf as keptHookSecret, openKeptSecret as openKeptHookSecret } from './hooks/kept-secret.ts'
export { removeHook } from './hooks/remove-hook.ts'
export { list as listHooks } from './hooks/repository.ts'
export { NewHook } from './hooks/schema.ts'
export { rewrapHookSecrets } from './hooks/rewrap-secrets.ts'
export { addMapping } from './mappings/add-mapping.ts'
export { removeMapping } from './mappings/remove-mapping.ts'
export { list as listMappings } from './mappings/repository.ts'
export { NewMapping } from './mappings/schema.ts'
export { openOperatorClaims, type OperatorClaims, type WithOperatorClaims } from './open.ts'
export { isReserved, permitted } from './reserved.ts'
export type { Asking, TokenKind } from './tokens.ts'
