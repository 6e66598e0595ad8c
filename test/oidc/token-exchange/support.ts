import type { Gatehouse } from '../../../src/app.ts'
import type { NewClient } from '../../../src/features/clients/index.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, type Tokens } from '../../support/relying-party.ts'
import { type Answer, asClient } from '../tokens/requests.ts'

export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

export const typeOf = {
  access: accessToken,
  id: 'urn:ietf:params:oauth:token-type:id_token',
  refresh: 'urn:ietf:params:oauth:token-type:refresh_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
}

export const shipping = 'https://shipping.example'

/** A service that may exchange tokens. */
export const service = (app: Gatehouse, given: Partial<NewClient> = {}): Promise<RelyingParty> =>
  relyingParty(app, {
    name: 'Service',
    redirectUris: [],
    postLogoutRedirectUris: [],
    firstParty: false,
    grants: [exchangeGrant],
    ...given,
  })

export interface Signed {
  ann: Person
  tokens: Tokens
}

export async function signedIn(
  app: Gatehouse,
  web: RelyingParty,
  parameters: Record<string, string> = {},
): Promise<Signed> {
  const ann = await person(app)
  const { tokens } = await web.signIn(ann, { parameters })
  return { ann, tokens }
}

/** What the exchange of a token answers; parameters are added to the usual ones, or take their place. */
export function exchange(
  issuer: string,
  client: Pick<RelyingParty, 'clientId' | 'secret'>,
  subjectToken: unknown,
  more: Record<string, string | undefined> = {},
): Promise<Answer> {
  const form: Record<string, string | undefined> = {
    grant_type: exchangeGrant,
    subject_token: String(subjectToken),
    subject_token_type: accessToken,
    ...more,
  }
  const sent = Object.entries(form).filter((one): one is [string, string] => one[1] !== undefined)
  return asClient(issuer, '/token', client, Object.fromEntries(sent))
}
