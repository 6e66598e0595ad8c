/** HTTP: what every request passes through, and how routes and pages are declared and mounted. */
export { type Admitted, openAdmission } from './admission.ts'
export type { Allowance, CallerLimits } from './caller-limits.ts'
export type { Origins } from './cross-origin.ts'
export { duplicateName } from './duplicate-names.ts'
export { type Access, endpoint, type Incoming, type Reply, type Route } from './endpoint.ts'
export { demandMatch, demandSeen, etagOf } from './entity-tags.ts'
export { gatewayTo } from './gateway.ts'
export { type Listener, listen } from './listen.ts'
export { after, limit, type List, openList, type Page, type Position } from './lists.ts'
export { anonymous, networksOf, originOf } from './origin.ts'
export { documentPath, openapi, withOpenapi } from './openapi.ts'
export { toOriginForm } from './origin-form.ts'
export { page, type PageReply, type PageRoute } from './page.ts'
export { type Asked, type Operations, openOperations } from './operations.ts'
export { httpErrors, toProblem } from './problems.ts'
export { recentSignInSeconds } from './recent-sign-in.ts'
export { requestContext, tellRequests } from './request-context.ts'
export { traceRequests } from './trace-requests.ts'
export {
  allowForeignFormTargets,
  allowFrames,
  allowFraming,
  headersOfEvery,
  securityHeaders,
} from './security-headers.ts'
export { refuseForeignOrigin } from './same-origin.ts'
export { insufficient, serve, type Site, type Witnessed } from './serve.ts'
export { readUpload, type Upload } from './upload.ts'
export { invalidInput } from './validate.ts'
