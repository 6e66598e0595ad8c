/** Talking to providers; loaded by the first who does, for openid-client takes its time. */
export { authorizationUrl } from './authorization-url.ts'
export { redeemCode } from './redeem-code.ts'
export { upstreamProblem } from './upstream-problem.ts'
export { verifyAccessTokenOf, verifyIdToken, verifyLogoutToken } from './verify-tokens.ts'
