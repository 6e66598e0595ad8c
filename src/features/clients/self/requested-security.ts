import { z } from 'zod'

import type { NewClient } from '../schema.ts'

const text = z.string().max(2_000).nullish()
const flag = z.boolean().nullish()

/** How an application would like to ask, be answered, be told of sign-outs, and hold its tokens. */
export const requestedSecurity = {
  subject_type: text,
  sector_identifier_uri: text,
  initiate_login_uri: text,
  request_object_signing_alg: text,
  require_signed_request_object: flag,
  authorization_signed_response_alg: text,
  id_token_encrypted_response_alg: text,
  id_token_encrypted_response_enc: text,
  userinfo_signed_response_alg: text,
  userinfo_encrypted_response_alg: text,
  userinfo_encrypted_response_enc: text,
  introspection_signed_response_alg: text,
  dpop_bound_access_tokens: flag,
  tls_client_certificate_bound_access_tokens: flag,
  backchannel_logout_uri: text,
  backchannel_logout_session_required: flag,
  frontchannel_logout_uri: text,
  frontchannel_logout_session_required: flag,
  backchannel_token_delivery_mode: text,
  backchannel_client_notification_endpoint: text,
  backchannel_authentication_request_signing_alg: text,
  /** Ours: whoever asks to be held to more may be. */
  profile: text,
} as const

type Requested = z.output<z.ZodObject<typeof requestedSecurity>>

/** The same names in the answer, where something stands registered. */
export const securityNames: readonly string[] = Object.keys(requestedSecurity)

/** What these words mean here; createClient refuses what is no algorithm, no type and no address. */
export const toSecurity = (asked: Requested): Partial<NewClient> => ({
  ...given({
    subjectType: asked.subject_type,
    sectorIdentifierUri: asked.sector_identifier_uri,
    initiateLoginUri: asked.initiate_login_uri,
    requestObjectAlgorithm: asked.request_object_signing_alg,
    requireSignedRequestObject: asked.require_signed_request_object,
    authorizationResponseAlgorithm: asked.authorization_signed_response_alg,
    userinfoAlgorithm: asked.userinfo_signed_response_alg,
    introspectionAlgorithm: asked.introspection_signed_response_alg,
    idTokenEncryption: encryption(
      asked.id_token_encrypted_response_alg,
      asked.id_token_encrypted_response_enc,
    ),
    userinfoEncryption: encryption(
      asked.userinfo_encrypted_response_alg,
      asked.userinfo_encrypted_response_enc,
    ),
    senderConstraint: constraintOf(asked),
    backchannelLogout: address(asked.backchannel_logout_uri, asked.backchannel_logout_session_required),
    frontchannelLogout: address(asked.frontchannel_logout_uri, asked.frontchannel_logout_session_required),
    profile: asked.profile,
  }),
})

/** The same of a client that asks people who are not at its screen (CIBA Core 1.0, section 4). */
export const toBackchannel = (asked: Requested): Partial<NewClient> =>
  given({
    cibaDelivery: asked.backchannel_token_delivery_mode,
    cibaNotificationEndpoint: asked.backchannel_client_notification_endpoint,
    backchannelRequestAlgorithm: asked.backchannel_authentication_request_signing_alg,
  })

/** Null is as good as nothing (RFC 7592, section 2.2). */
const given = (fields: Record<string, unknown>): Partial<NewClient> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null))

const encryption = (algorithm: string | null | undefined, content: string | null | undefined) =>
  algorithm == null ? null : { algorithm, ...(content != null && { content }) }

const address = (uri: string | null | undefined, sessionRequired: boolean | null | undefined) =>
  uri == null ? null : { uri, sessionRequired: sessionRequired === true }

const constraintOf = (asked: Requested): NewClient['senderConstraint'] => {
  if (asked.dpop_bound_access_tokens === true) return 'dpop'
  return asked.tls_client_certificate_bound_access_tokens === true ? 'certificate' : undefined
}
