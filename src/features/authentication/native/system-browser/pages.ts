import { z } from 'zod'

import { page, type PageRoute } from '../../../../platform/http/index.ts'
import { admitClient } from '../../../admission/index.ts'
import { mayReturnTo } from '../../../clients/index.ts'
import { beginRequest, federationErrors } from '../../../federation/index.ts'
import { refusedAs } from '../../../oidc/index.ts'
import { errors } from '../../errors.ts'
import type { Parts } from '../../parts.ts'

const Query = z.object({
  client_id: z.string().min(1).max(200),
  redirect_uri: z.string().min(1).max(2_000),
  code_challenge: z
    .string()
    .regex(/^[\w-]{43}$/, 'is the SHA-256 of a code verifier, base64url (RFC 7636, section 4.2)'),
  code_challenge_method: z.literal('S256').default('S256'),
  state: z.string().max(1_000).optional(),
  /** The person is to sign in at the provider again. */
  prompt: z.literal('login').optional(),
})

/**
 * Where an application of ours opens its system's browser to sign somebody in at another provider (RFC 8252, section 6). The
 * provider is asked by us, with our secret; the application gets a code of ours, good for its own code verifier alone.
 */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/auth/oauth/:provider',
    summary: 'Sign in at another provider, for an application of ours',
    limit: 'upstream',
    params: z.object({ provider: z.string().max(50) }),
    query: Query,
    async handle({ ctx, by, params, query }) {
      const { client_id: clientId, redirect_uri: redirectUri, code_challenge: codeChallenge, state } = query
      const client = await parts.clients.get(clientId)
      if (!client || admitClient(parts, client) !== null) throw refusedAs('invalid_client')
      if (!client.firstParty) throw errors.not_first_party()
      if (!mayReturnTo(client, redirectUri)) throw errors.redirect_uri_unknown()
      const provider = await parts.federation.providers.bySlug(params.provider)
      if (!provider?.enabled) throw federationErrors.provider_not_found()
      const waiting = new URL(redirectUri)
      if (state !== undefined) waiting.searchParams.set('state', state)
      waiting.searchParams.set('iss', parts.config.issuer) // RFC 9207
      return {
        redirect: await beginRequest(parts, ctx, by, {
          purpose: 'native',
          provider,
          waiting: waiting.href,
          fresh: query.prompt === 'login',
          clientId,
          codeChallenge,
        }),
      }
    },
  }),
]
