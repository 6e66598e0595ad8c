import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { endpoint, type Route } from '../../platform/http/index.ts'
import { methods } from './streams/stream.ts'

const Configuration = z.object({
  spec_version: z.string(),
  issuer: z.string(),
  jwks_uri: z.string(),
  delivery_methods_supported: z.array(z.string()),
  configuration_endpoint: z.string(),
  status_endpoint: z.string(),
  add_subject_endpoint: z.string(),
  remove_subject_endpoint: z.string(),
  verification_endpoint: z.string(),
  critical_subject_members: z.array(z.string()),
  authorization_schemes: z.array(z.object({ spec_urn: z.string() })),
  default_subjects: z.enum(['ALL', 'NONE']),
})

/** Where receivers find everything (SSF 1.0, section 7). */
export const configurationRoutes = ({ config: { issuer } }: Pick<App, 'config'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/.well-known/ssf-configuration',
    summary: 'Show the configuration of the transmitter (SSF 1.0)',
    access: 'public',
    reply: { 200: Configuration },
    handle: async () => ({
      status: 200,
      headers: { 'cache-control': 'public, max-age=300' },
      body: {
        spec_version: '1_0',
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        delivery_methods_supported: [methods.push, methods.poll],
        configuration_endpoint: `${issuer}/ssf/streams`,
        status_endpoint: `${issuer}/ssf/status`,
        add_subject_endpoint: `${issuer}/ssf/subjects/add`,
        remove_subject_endpoint: `${issuer}/ssf/subjects/remove`,
        verification_endpoint: `${issuer}/ssf/verify`,
        critical_subject_members: ['user', 'session'], // who does not see the session would end them all
        authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
        default_subjects: 'ALL', // of those whom the client knows
      },
    }),
  }),
]
