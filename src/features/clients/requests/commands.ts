import { type Command, InvalidArgumentError, Option } from 'commander'

import type { NewClient } from '../schema.ts'
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
  requestObjectAlg?: NewClient['requestObjectAlgorithm'] & string
  requireSignedRequest?: true
  responseMode?: NewClient['responseModes'] & string[]
  responseAlg?: NewClient['authorizationResponseAlgorithm'] & string
  responseEncryption?: Encryption
  idTokenAlg?: NewClient['idTokenAlgorithm'] & string
  idTokenEncryption?: Encryption
  userinfoAlg?: NewClient['userinfoAlgorithm'] & string
  userinfoEncryption?: Encryption
  subjectType?: NewClient['subjectType'] & string
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

type ReadKeys = (option: string, path: string) => NewClient['keys']

export const requestInputOf = (options: RequestOptions, readKeys: ReadKeys): Partial<NewClient> => ({
  keys: options.keys === undefined ? undefined : readKeys('--keys', options.keys),
  requestObjectAlgorithm: options.requestObjectAlg,
  requireSignedRequestObject: options.requireSignedRequest,
  responseModes: options.responseMode,
  authorizationResponseAlgorithm: options.responseAlg,
  authorizationResponseEncryption: options.responseEncryption,
  idTokenAlgorithm: options.idTokenAlg,
  idTokenEncryption: options.idTokenEncryption,
  userinfoAlgorithm: options.userinfoAlg,
  userinfoEncryption: options.userinfoEncryption,
  subjectType: options.subjectType,
  sectorIdentifierUri: options.sectorIdentifierUri,
  initiateLoginUri: options.initiateLoginUri,
})

/** The option that filled each field. */
export const requestOptionOf: Record<string, string> = {
  keys: '--keys',
  requestObjectAlgorithm: '--request-object-alg',
  requireSignedRequestObject: '--require-signed-request',
  responseModes: '--response-mode',
  authorizationResponseAlgorithm: '--response-alg',
  authorizationResponseEncryption: '--response-encryption',
  idTokenAlgorithm: '--id-token-alg',
  idTokenEncryption: '--id-token-encryption',
  userinfoAlgorithm: '--userinfo-alg',
  userinfoEncryption: '--userinfo-encryption',
  subjectType: '--subject-type',
  sectorIdentifierUri: '--sector-identifier-uri',
  initiateLoginUri: '--initiate-login-uri',
}
