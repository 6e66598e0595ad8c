import { z } from 'zod'

import { randomToken, sha256 } from '../../../platform/crypto/index.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { levelAsked } from '../../admission/index.ts'
import { demandScope } from '../../oidc/index.ts'
import { AssertionOptions, AssertionResponse, beginAssertion } from '../../passkeys/index.ts'
import type { NewProof } from '../attempt.ts'
import type { Parts } from '../parts.ts'
import { enterByPasskey } from '../passkey/enter.ts'
import { callingClient } from './calling-client.ts'
import { AcrValues, Client, DeviceToken, Scope, SignedIn } from './schema.ts'
import { begin } from './sign-in.ts'

const Wanted = z.strictObject({ ...Client })

const ToSign = z.object({
  handle: z
    .string()
    .meta({ description: 'send it with what was signed; it is good at this application alone' }),
  public_key: AssertionOptions.meta({
    description: 'for the platform, as PublicKeyCredentialRequestOptionsJSON',
  }),
})

const PasskeyLogin = z.strictObject({
  ...Client,
  handle: z.string().min(1).max(200),
  credential: AssertionResponse.meta({ description: 'AuthenticationResponseJSON, as the platform gave it' }),
  scope: Scope.optional(),
  acr_values: AcrValues,
  device_token: DeviceToken,
})

/** Signing in with a passkey, for our own applications on platforms that know which applications belong to this host. */
export const passkeyRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/passkey/options',
    summary: 'Get what a passkey is to sign, for our own applications',
    access: 'public',
    namesClient: true,
    limit: 'passkey',
    body: Wanted,
    reply: { 200: ToSign },
    async handle({ by, body, authorization }) {
      const { id: clientId } = await callingClient(parts, by, { authorization, body })
      const handle = randomToken()
      return {
        status: 200,
        body: { handle, public_key: await beginAssertion(parts, boundTo(clientId, handle)) },
      }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/passkey',
    summary: 'Sign in with a passkey, for our own applications',
    access: 'public',
    namesClient: true,
    limit: 'passkey',
    body: PasskeyLogin,
    reply: { 200: SignedIn },
    async handle({ by, body, authorization }) {
      const client = await callingClient(parts, by, { authorization, body })
      const { handle, credential: response, scope, device_token: device = null } = body
      demandScope(client.metadata, scope)
      const clientId = client.id
      const entering = {
        attemptId: boundTo(clientId, handle),
        clientId,
        response,
        place: 'application',
      } as const
      const proven: (NewProof & { provenAt: Date })[] = []
      await enterByPasskey(parts, by, entering, async (_tx, _at, proof) => {
        proven.push(proof)
      })
      const last = proven.at(-1) // a transaction that was tried again proved it again
      if (!last) throw new Error('a passkey was accepted, and proved nobody')
      const asked = { client, scope, asked: levelAsked(body.acr_values), device }
      return { status: 200, body: await begin(parts, by, asked, last) }
    },
  }),
]

/** What an application asked to be signed is good at no other, and no sign-in of a browser is called like this. */
const boundTo = (clientId: string, handle: string): Buffer => sha256(`passkey ${handle} ${clientId}`)
