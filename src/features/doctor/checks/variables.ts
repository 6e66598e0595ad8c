import type { Config } from '../../../platform/config/index.ts'
import { isLoopback } from '../../../lib/loopback.ts'
import { fail, type Finding, ok, type Patient, warn } from '../finding.ts'

/** What stands in the environment: well-formed, strong, and fit for each other. */
export function lookAtVariables({ config, faults }: Patient): Finding[] {
  const wrong = faults.map(({ name, fault }) =>
    fail('configuration', `${name} ${fault}`, `Set ${name} as .env.example explains it, and start again.`),
  )
  const read = wrong.length > 0 ? wrong : [ok('configuration', 'every variable is well-formed')]
  return [...read, ...secretsOf(config), ...issuerOf(config), ...placeOf(config)]
}

/** Kinds of bytes that 32 random ones have at the very least: fewer come of somebody's keyboard. */
const leastKinds = 14

const words = /(?:changeme|change-me|password|secret|example|gatehouse|12345678|qwerty)/i

function secretsOf(config: Config): Finding[] {
  const named = (name: string, values: readonly Buffer[]) => values.map((bytes) => ({ name, bytes }))
  const all = [
    ...named(
      'KEY_ENCRYPTION_KEY',
      config.keyEncryptionKeys.reveal().map(({ bytes }) => bytes),
    ),
    ...named(
      'PASSWORD_PEPPER',
      config.peppers.reveal().map(({ bytes }) => bytes),
    ),
    ...named('COOKIE_KEYS', config.cookieKeys.reveal()),
  ]
  const weak = new Set(all.filter(({ bytes }) => isWeak(bytes)).map(({ name }) => name))
  const shared = all.filter(({ name, bytes }) =>
    all.some((one) => one.name !== name && one.bytes.equals(bytes)),
  )
  return [
    ...[...weak].map((name) => fail('secrets', `${name} can be guessed: it is not random`, renew(name))),
    ...(shared.length === 0
      ? []
      : [
          fail(
            'secrets',
            'one secret serves two purposes',
            'Give each of KEY_ENCRYPTION_KEY, PASSWORD_PEPPER and COOKIE_KEYS a value of its own (openssl rand -base64 32).',
          ),
        ]),
    ...(weak.size + shared.length === 0 && all.length > 0
      ? [ok('secrets', 'nothing about them looks guessable')]
      : []),
  ]
}

const isWeak = (bytes: Buffer): boolean =>
  new Set(bytes).size < leastKinds || words.test(bytes.toString('latin1'))

const renew = (name: string): string =>
  name === 'COOKIE_KEYS'
    ? 'Put a new one (openssl rand -base64 32) before it in COOKIE_KEYS, and take the old one away after a day.'
    : `Put a new one (openssl rand -base64 32) before it in ${name}, under a name of its own.`

function issuerOf({ issuer, production }: Config): Finding[] {
  const { protocol, hostname } = new URL(issuer)
  if (protocol === 'http:' && !isLoopback(hostname))
    return [
      fail(
        'issuer',
        `${issuer} sends passwords and tokens in clear`,
        'Put a proxy with TLS before the service, and set ISSUER to its https:// address.',
      ),
    ]
  if (protocol === 'https:' && !production)
    return [
      warn(
        'issuer',
        `${issuer} looks like a service in use, and NODE_ENV is not production`,
        'Set NODE_ENV=production.',
      ),
    ]
  return [ok('issuer', issuer)]
}

const anywhere = new Set(['0.0.0.0', '::', '*'])
const everybody = /^(?:0\.0\.0\.0|::)\/0$/

/** From where it can be reached, and where it may go. */
function placeOf({ host, trustProxy, outboundAllow, production, issuer }: Config): Finding[] {
  const proxied = issuer.startsWith('https:') // the service itself speaks no TLS
  return [
    trustProxy.some((network) => everybody.test(network))
      ? fail(
          'proxy',
          'TRUST_PROXY believes everybody what address they come from',
          'Name the proxy’s own network in TRUST_PROXY.',
        )
      : proxied && trustProxy.length === 0
        ? warn(
            'proxy',
            'TRUST_PROXY is empty: all people seem to come from the proxy, and share its limits',
            'Set TRUST_PROXY to the network of the proxy that ends TLS.',
          )
        : ok(
            'proxy',
            trustProxy.length === 0
              ? 'nobody’s word about addresses is taken'
              : `believed: ${trustProxy.join(', ')}`,
          ),
    anywhere.has(host) && !production
      ? warn('host', `HOST=${host} lets the whole network in, outside production`, 'Set HOST=127.0.0.1.')
      : ok('host', `listens at ${host}`),
    outboundAllow.some((network) => everybody.test(network))
      ? fail(
          'outbound',
          'OUTBOUND_ALLOW opens every private network to addresses that others register',
          'Name single hosts in OUTBOUND_ALLOW.',
        )
      : ok(
          'outbound',
          outboundAllow.length === 0
            ? 'private networks are closed to calls'
            : `private, and allowed: ${outboundAllow.join(', ')}`,
        ),
  ]
}
