import { type Command, Option } from 'commander'

import { errors } from '../errors.ts'
import { readKeys } from '../read-keys.ts'
import { type ClientProfile, clientProfiles } from '../profiles.ts'

/** How a client proves itself other than by a secret, what its tokens are bound to, and what more is demanded of it. */
export interface SecurityOptions {
  jwks?: string
  jwksUri?: string
  tlsSelfSigned?: true
  tlsSubjectDn?: string
  tlsSanDns?: string
  tlsSanUri?: string
  tlsSanIp?: string
  tlsSanEmail?: string
  dpop?: true
  certificateBound?: true
  profile?: ClientProfile
}

const names = ['tlsSubjectDn', 'tlsSanDns', 'tlsSanUri', 'tlsSanIp', 'tlsSanEmail'] as const

/** Options of which a client has one at most. */
export const proofs: readonly string[] = ['jwks', 'jwksUri', ...names]

export function addSecurityOptions(command: Command): void {
  const proof = (flags: string, help: string) => {
    const option = new Option(flags, help)
    const others = proofs.filter((name) => name !== option.attributeName())
    command.addOption(option.conflicts(['public', 'secret', ...others]))
  }
  proof('--jwks <file>', 'proves itself by signing; a file with its public keys')
  proof('--jwks-uri <uri>', 'proves itself by signing; where it publishes its keys')
  proof('--tls-subject-dn <dn>', 'proves itself by a certificate with this subject, like CN=client,O=Example')
  proof('--tls-san-dns <name>', 'by a certificate for this host')
  proof('--tls-san-uri <uri>', 'by a certificate for this URI')
  proof('--tls-san-ip <address>', 'by a certificate for this address')
  proof('--tls-san-email <address>', 'by a certificate for this mail address')
  command
    .option(
      '--tls-self-signed',
      'the keys of --jwks or --jwks-uri stand in certificates (x5c) that it connects with',
    )
    .addOption(
      new Option('--dpop', 'every access token is bound to a key that it proves (RFC 9449)').conflicts(
        'certificateBound',
      ),
    )
    .option('--certificate-bound', 'every access token is bound to its certificate (RFC 8705)')
    .addOption(
      new Option('--profile <profile>', 'demands all that a security profile does').choices(clientProfiles),
    )
}

/** Fields that say how it proves itself; undefined where no option does. */
export function provingOf(options: SecurityOptions): Record<string, unknown> | undefined {
  const keys = keysOf(options)
  if (keys)
    return {
      token_endpoint_auth_method: options.tlsSelfSigned ? 'self_signed_tls_client_auth' : 'private_key_jwt',
      ...keys,
    }
  if (options.tlsSelfSigned)
    throw errors.invalid_client_metadata({ detail: '--tls-self-signed needs --jwks or --jwks-uri beside it' })
  if (names.every((name) => options[name] === undefined)) return undefined
  return {
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_subject_dn: options.tlsSubjectDn,
    tls_client_auth_san_dns: options.tlsSanDns,
    tls_client_auth_san_uri: options.tlsSanUri,
    tls_client_auth_san_ip: options.tlsSanIp,
    tls_client_auth_san_email: options.tlsSanEmail,
  }
}

function keysOf({ jwks, jwksUri }: SecurityOptions): Record<string, unknown> | undefined {
  if (jwks !== undefined) return { jwks: readKeys('--jwks', jwks) }
  return jwksUri === undefined ? undefined : { jwks_uri: jwksUri }
}
