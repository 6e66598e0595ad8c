import { type Command, InvalidArgumentError, Option } from 'commander'

import {
  contentEncryptions,
  encryptionAlgorithms,
  requestObjectAlgorithms,
  responseAlgorithms,
  responseModes,
} from './algorithms.ts'

/** `<algorithm>`, or `<algorithm>/<content encryption>`. */
interface Encryption {
  algorithm: (typeof encryptionAlgorithms)[number]
  content?: (typeof contentEncryptions)[number] | undefined
}

export interface RequestOptions {
  keys?: string
  requestObjectAlg?: string
  requireSignedRequest?: true
  responseMode?: string[]
  responseAlg?: string
  responseEncryption?: Encryption
  idTokenAlg?: string
  idTokenEncryption?: Encryption
  userinfoAlg?: string
  userinfoEncryption?: Encryption
  subjectType?: string
  sectorIdentifierUri?: string
  initiateLoginUri?: string
}

const [usualContent] = contentEncryptions

/** How a client asks and is answered. */
export function addRequestOptions(create: Command): void {
  const choice = (flags: string, help: string, choices: readonly string[]) =>
    create.addOption(new Option(flags, help).choices(choices))
  const encryption = (flags: string, what: string) =>
    create.option(flags, `encrypts ${what}; ${usualContent} unless /… names another`, toEncryption)
  create.option('--keys <file>', 'public keys of a client that does not authenticate by them')
  choice(
    '--request-object-alg <alg>',
    'the one algorithm its request objects are signed with',
    requestObjectAlgorithms,
  )
  create.option('--require-signed-request', 'takes only requests that are signed (RFC 9101)')
  choice('--response-mode <mode...>', 'ways its answers may go; any when none is given', responseModes)
  choice('--response-alg <alg>', 'signs its answers as JWT (JARM)', responseAlgorithms)
  encryption('--response-encryption <alg>', 'them besides')
  choice('--id-token-alg <alg>', 'signs its ID tokens; RS256 when none is given', responseAlgorithms)
  encryption('--id-token-encryption <alg>', 'its ID tokens')
  choice('--userinfo-alg <alg>', 'signs its userinfo, which is plain JSON else', responseAlgorithms)
  encryption('--userinfo-encryption <alg>', 'its userinfo')
  choice('--subject-type <type>', 'public, or pairwise: people have a sub of their own in its sector', [
    'public',
    'pairwise',
  ])
  create.option('--sector-identifier-uri <uri>', 'a list of the redirect URIs of all clients of its sector')
  create.option('--initiate-login-uri <uri>', 'where others may begin a sign-in at it')
}

function toEncryption(value: string): Encryption {
  const [algorithm, content, more] = value.split('/')
  const known = encryptionAlgorithms.find((one) => one === algorithm)
  const inside = contentEncryptions.find((one) => one === content)
  if (known === undefined || more !== undefined || (content !== undefined && inside === undefined)) {
    const all = `${encryptionAlgorithms.join(', ')}, alone or followed by / and ${contentEncryptions.join(', ')}`
    throw new InvalidArgumentError(`Allowed are ${all}.`)
  }
  return { algorithm: known, content: inside }
}

type ReadKeys = (option: string, path: string) => { keys: Record<string, unknown>[] }

/** Those of the API that these options fill. */
export const requestFieldsOf = (options: RequestOptions, readKeys: ReadKeys): Record<string, unknown> => ({
  ...(options.keys !== undefined && { jwks: readKeys('--keys', options.keys) }),
  request_object_signing_alg: options.requestObjectAlg,
  require_signed_request_object: options.requireSignedRequest,
  response_modes: options.responseMode,
  authorization_signed_response_alg: options.responseAlg,
  authorization_encrypted_response_alg: options.responseEncryption?.algorithm,
  authorization_encrypted_response_enc: options.responseEncryption?.content,
  id_token_signed_response_alg: options.idTokenAlg,
  id_token_encrypted_response_alg: options.idTokenEncryption?.algorithm,
  id_token_encrypted_response_enc: options.idTokenEncryption?.content,
  userinfo_signed_response_alg: options.userinfoAlg,
  userinfo_encrypted_response_alg: options.userinfoEncryption?.algorithm,
  userinfo_encrypted_response_enc: options.userinfoEncryption?.content,
  subject_type: options.subjectType,
  sector_identifier_uri: options.sectorIdentifierUri,
  initiate_login_uri: options.initiateLoginUri,
})

/** The option that filled each field. */
export const requestOptionOf: Record<string, string> = {
  jwks: '--jwks or --keys',
  request_object_signing_alg: '--request-object-alg',
  require_signed_request_object: '--require-signed-request',
  response_modes: '--response-mode',
  authorization_signed_response_alg: '--response-alg',
  authorization_encrypted_response_alg: '--response-encryption',
  id_token_signed_response_alg: '--id-token-alg',
  id_token_encrypted_response_alg: '--id-token-encryption',
  userinfo_signed_response_alg: '--userinfo-alg',
  userinfo_encrypted_response_alg: '--userinfo-encryption',
  subject_type: '--subject-type',
  sector_identifier_uri: '--sector-identifier-uri',
  initiate_login_uri: '--initiate-login-uri',
}
