/**
 * APIs that access tokens are for: their identifiers, scopes and kinds of authorization details, what their tokens look like,
 * and which clients may ask for them. A token without a `resource` is for the issuer, which is not registered here.
 *
 * Owns tables `apis` and `api_clients`; reads `clients` to refuse a list with one that is none. Every process keeps all APIs
 * in memory and hears of changes over the bus, topic `apis`.
 * Rules: RFC 8707; RFC 9396; docs/decisions/0034-resources.md.
 */
export { adminRoutes } from './admin.routes.ts'
export type { ApiRecord } from './api.ts'
export { changeApi } from './change-api.ts'
export { commands } from './commands.ts'
export { consentNameOf, readConsentName } from './consent-names.ts'
export { createApi } from './create-api.ts'
export { deleteApi } from './delete-api.ts'
export { type Detail, faultOfDetail } from './details/check-detail.ts'
export { covers } from './details/covers.ts'
export { showDetail, type ShownDetail } from './details/show-detail.ts'
export { findApiByIdentifier } from './find-apis.ts'
export { textIn } from './local-text.ts'
export { type Apis, openApis, type WithApis } from './memory.ts'
export { type AskingClient, permittedScopes } from './permitted-scopes.ts'
export { all as listApis } from './repository.ts'
export { NewApi } from './schema.ts'
