/**
 * Demo: a sample relying party at `/demo`, so that a newcomer sees within a minute what people see and what an
 * application receives; and three at `/demo/go-dark`, so that they see how fast a sign-out reaches them. Not mounted in
 * production.
 *
 * Owns no table. It knows nothing that another application would not know: it signs people in at the issuer over HTTP and
 * keeps what it receives in this process's memory, so it wants one process or a balancer that keeps a browser where it was.
 * Rules: OpenID Connect Core 1.0, section 3.1; OpenID Connect RP-Initiated Logout 1.0; OpenID Connect
 * Back-Channel Logout 1.0; RFC 7636; RFC 9700, section 2.1.
 */
export { openDemo } from './open.ts'
