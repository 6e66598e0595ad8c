import { z } from 'zod'

import { RequestedMetadata } from '../clients/index.ts'

/** What an application sends. Members that are not known here are ignored (RFC 7591, section 2). */
export const Sent = RequestedMetadata.extend({
  software_statement: z.string().max(20_000).nullish(),
})

export type Sent = z.infer<typeof Sent>

/** What is registered (RFC 7591, section 3.2.1; RFC 7592, section 3), by the names it was asked for with. */
export const ClientInformation = z.looseObject({
  client_id: z.string(),
  client_id_issued_at: z.number().int(),
  client_secret: z.string().optional().meta({ description: 'shown when it is made, and never again' }),
  client_secret_expires_at: z.number().int().optional().meta({ description: '0: never' }),
  registration_access_token: z.string().meta({ description: 'another one after each update' }),
  registration_client_uri: z.string(),
  client_name: z.string(),
  redirect_uris: z.array(z.string()),
  grant_types: z.array(z.string()),
  response_types: z.array(z.string()),
  token_endpoint_auth_method: z.string(),
})

/** RFC 7591, section 3.2.2. */
export const Refusal = z.object({ error: z.string(), error_description: z.string().optional() })

export const ClientId = z.object({ client_id: z.string().min(1).max(600) })
