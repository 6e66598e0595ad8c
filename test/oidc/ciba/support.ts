import type { Gatehouse } from '../../../src/app.ts'
import { cibaGrant, type NewClient } from '../../../src/features/clients/index.ts'
import { keepSecret } from '../../support/canary.ts'
import type { Person } from '../../support/people.ts'
import { type RelyingParty, relyingParty } from '../../support/relying-party.ts'
import type { Stage } from '../../support/stage.ts'
import { type Visitor, visitor } from '../../portal/support.ts'
import { type Answer, asClient } from '../tokens/requests.ts'

export type Service = Pick<Stage, 'app' | 'issuer'>

/** Somebody else's application that asks for people who are not at its screen. */
export const till = (app: Gatehouse, given: Partial<NewClient> = {}): Promise<RelyingParty> =>
  relyingParty(app, {
    name: 'Harbour Till',
    redirectUris: [],
    postLogoutRedirectUris: [],
    grants: [cibaGrant, 'refresh_token'],
    firstParty: false,
    ...given,
  })

/** The answer of the backchannel authentication endpoint (section 7). */
export async function ask(
  issuer: string,
  client: RelyingParty,
  form: Record<string, string>,
): Promise<Answer> {
  const answer = await asClient(issuer, '/ciba', client, { scope: 'openid', ...form })
  if (typeof answer.body.auth_req_id === 'string') keepSecret(answer.body.auth_req_id)
  return answer
}

/** Asks for a person, and is heard. */
export async function asked(
  issuer: string,
  client: RelyingParty,
  { email }: Pick<Person, 'email'>,
  form: Record<string, string> = {},
): Promise<string> {
  const { status, body } = await ask(issuer, client, { login_hint: email, ...form })
  if (status !== 200) throw new Error(`not heard: ${status} ${JSON.stringify(body)}`)
  return String(body.auth_req_id)
}

/** The answer of the token endpoint (section 10.1). */
export async function poll(issuer: string, client: RelyingParty, authReqId: string): Promise<Answer> {
  const answer = await asClient(issuer, '/token', client, { grant_type: cibaGrant, auth_req_id: authReqId })
  for (const name of ['access_token', 'refresh_token', 'id_token']) {
    const value = answer.body[name]
    if (typeof value === 'string') keepSecret(value)
  }
  return answer
}

/** What the token endpoint says of a request. */
export const said = ({ status, body }: Answer): [number, unknown] => [status, body.error ?? 'tokens']

/** Somebody who decides, on the page, what was asked of them last. */
export async function decides(
  service: Service,
  as: Person,
  decision: 'approve' | 'deny',
  given: { visitor?: Visitor } = {},
): Promise<Visitor> {
  const at = given.visitor ?? (await visitor(service, { as, path: '/account/requests' }))
  const page = await at.go('/account/requests')
  if (!page.html.includes('value="approve"'))
    throw new Error(`nothing to decide at ${page.url}: ${page.html}`)
  const after = await at.browser.submit({ decision })
  if (!after.url.includes('done=')) throw new Error(`not decided: ${after.url} (${after.status})`)
  return at
}
