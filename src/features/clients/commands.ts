import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { Problem } from '../../platform/errors.ts'
import { createClient } from './create-client.ts'
import { deleteClient } from './delete-client.ts'
import { disableClient, enableClient } from './disable-client.ts'
import { errors } from './errors.ts'
import { describeClient, viewOf } from './client-view.ts'
import { addManagement } from './management/commands.ts'
import { readKeys } from './read-keys.ts'
import * as clients from './repository.ts'
import {
  addRequestOptions,
  requestInputOf,
  type RequestOptions,
  requestOptionOf,
} from './requests/commands.ts'
import { rotateSecret } from './rotate-secret.ts'
import { requestObjectAlgorithms } from './requests/algorithms.ts'
import { cibaGrant } from './requests/signed-asking.ts'
import { idTokenAlgorithms, type NewClient } from './schema.ts'
import {
  addSecurityOptions,
  constraintOf,
  proofs,
  provingOf,
  type SecurityOptions,
} from './security/commands.ts'

type Machinery = Pick<App, 'db' | 'clock' | 'outbound'>
type Open = () => Promise<Machinery>

export const commands: CommandGroup<Machinery> = (program, open) => {
  const group = program.command('client').description('applications that may ask for tokens')
  addCreate(group, open)
  addLooking(group, open)
  addRotateSecret(group, open)
  addSwitches(group, open)
  addManagement(group, open)
}

interface CreateOptions extends RequestOptions, SecurityOptions {
  name: string
  redirectUri?: string[]
  postLogoutRedirectUri?: string[]
  grant?: string[]
  public?: true
  secret?: true
  firstParty?: true
  pkce: boolean
  native?: true
  corsOrigin?: string[]
  scope?: string[]
  audience?: string[]
  authorizationDetailsType?: string[]
  introspectionAlg?: (typeof idTokenAlgorithms)[number]
  exchangeFrom?: string[]
  exchangeTo?: string[]
  exchangeImpersonation?: true
  cibaDelivery?: 'poll' | 'ping'
  cibaNotificationEndpoint?: string
  cibaRequestAlg?: NewClient['backchannelRequestAlgorithm'] & string
  backchannelLogoutUri?: string
  backchannelLogoutSessionRequired?: true
  frontchannelLogoutUri?: string
  frontchannelLogoutSessionRequired?: true
  json?: true
}

function addCreate(group: Command, open: Open): void {
  const create = group
    .command('create')
    .description('register a client; its secret is shown this once')
    .requiredOption('--name <name>', 'shown to people who are asked for consent')
    .option('--redirect-uri <uri...>', 'where codes are sent; compared character by character')
    .option('--post-logout-redirect-uri <uri...>', 'where people are sent after signing out')
    .option(
      '--grant <grant...>',
      'authorization_code, refresh_token, client_credentials, device_code, ciba, urn:ietf:params:oauth:grant-type:{token-exchange,jwt-bearer}; when none is given the first, with --first-party the first two',
    )
    .addOption(
      new Option('--public', 'has no secret: a browser or native application').conflicts([
        'secret',
        ...proofs,
      ]),
    )
    .addOption(
      new Option('--secret', 'proves itself with a secret (the default)').conflicts(['public', ...proofs]),
    )
    .option('--first-party', 'belongs to this service: people are not asked for consent')
    .option('--no-pkce', 'may leave out PKCE; only for a confidential client that cannot do it')
    .option('--native', 'an application on a person’s device (RFC 8252)')
    .option('--cors-origin <origin...>', 'whose scripts may call the token endpoint and the JSON API')
    .option('--scope <scope...>', 'all it may ask for; no limit when none is given')
    .option('--audience <uri...>', 'resources whose tokens it may introspect')
    .option(
      '--authorization-details-type <type...>',
      'types of authorization details it may ask for (RFC 9396)',
    )
    .addOption(
      new Option('--introspection-alg <algorithm>', 'signs introspection answers that are JWTs').choices([
        ...idTokenAlgorithms,
      ]),
    )
    .option('--exchange-from <source...>', 'whose tokens it may exchange: self, client ids, audiences')
    .option('--exchange-to <uri...>', 'audiences it may exchange them for')
    .option('--exchange-impersonation', 'exchanged tokens need not say that this client acts')
    .addOption(
      new Option(
        '--ciba-delivery <mode>',
        'how it gets tokens of the grant ciba; poll when not given',
      ).choices(['poll', 'ping']),
    )
    .option('--ciba-notification-endpoint <uri>', 'where it is told that it may fetch them, for ping')
    .addOption(
      new Option(
        '--ciba-request-alg <alg>',
        'the one algorithm its authentication requests are signed by, none without',
      ).choices(requestObjectAlgorithms),
    )
    .option('--backchannel-logout-uri <uri>', 'where we tell it that somebody signed out')
    .option('--backchannel-logout-session-required', 'it wants to know which session (sid), not only whose')
    .option('--frontchannel-logout-uri <uri>', 'what a browser that signs out opens for it, in a frame')
    .option('--frontchannel-logout-session-required', 'it wants iss and sid with that')
    .option('--json', 'answer as JSON')
    .action(async (options: CreateOptions) => {
      const input = inputOf(options)
      if (!options.pkce)
        warn('this client may leave out PKCE, so a stolen code of its can be used (RFC 9700, 2.1.1)')
      const { client, secret } = await namingOptions(async () =>
        createClient(await open(), byCommandLine, input),
      )
      if (client.development)
        warn('a redirect to this machine marks the client as development: production refuses it')
      const data = { client_id: client.id, ...(secret !== null && { client_secret: secret }) }
      const lines = [
        `client id:     ${client.id}`,
        ...(secret === null ? [] : [`client secret: ${secret} (shown once)`]),
      ]
      answer(options, data, lines.join('\n'))
    })
  addRequestOptions(create)
  addSecurityOptions(create)
}

/** What an application of our own signs people in with: by a browser or by itself, and for longer than one access token. */
const ownGrants: NewClient['grants'] = ['authorization_code', 'refresh_token']

function inputOf(options: CreateOptions): NewClient {
  return {
    name: options.name,
    redirectUris: options.redirectUri,
    postLogoutRedirectUris: options.postLogoutRedirectUri,
    grants: options.grant?.map(grantNamed) ?? (options.firstParty ? ownGrants : undefined),
    authentication: authenticationOf(options),
    firstParty: options.firstParty,
    pkce: options.pkce,
    applicationType: options.native ? 'native' : 'web',
    corsOrigins: options.corsOrigin,
    scopes: options.scope,
    audiences: options.audience,
    senderConstraint: constraintOf(options),
    profile: options.profile,
    ...requestInputOf(options, readKeys),
    authorizationDetailsTypes: options.authorizationDetailsType,
    introspectionAlgorithm: options.introspectionAlg,
    exchangeFrom: options.exchangeFrom,
    exchangeTo: options.exchangeTo,
    exchangeImpersonation: options.exchangeImpersonation,
    cibaDelivery: options.cibaDelivery,
    cibaNotificationEndpoint: options.cibaNotificationEndpoint,
    backchannelRequestAlgorithm: options.cibaRequestAlg,
    backchannelLogout: logoutAddress(options.backchannelLogoutUri, options.backchannelLogoutSessionRequired),
    frontchannelLogout: logoutAddress(
      options.frontchannelLogoutUri,
      options.frontchannelLogoutSessionRequired,
    ),
  }
}

const logoutAddress = (uri: string | undefined, sessionRequired = false): NewClient['backchannelLogout'] =>
  uri === undefined ? undefined : { uri, sessionRequired }

/** Grants whose names nobody types. */
const shortGrants: Readonly<Record<string, string>> = { ciba: cibaGrant }

type Grant = NonNullable<NewClient['grants']>[number]

const grantNamed = (name: string): Grant => (shortGrants[name] ?? name) as Grant // createClient refuses any other

/** A native application cannot keep a secret (RFC 8252, section 8.4), so it has one only when asked for by name. */
function authenticationOf(options: CreateOptions): NewClient['authentication'] {
  const { public: isPublic, secret, native } = options
  return provingOf(options) ?? (isPublic || (native && !secret) ? 'none' : 'secret')
}

/** The option that filled each field of the input. */
const optionOf: Record<string, string> = {
  name: '--name',
  redirectUris: '--redirect-uri',
  postLogoutRedirectUris: '--post-logout-redirect-uri',
  grants: '--grant',
  authentication: '--jwks',
  'authentication.jwksUri': '--jwks-uri',
  'authentication.certificate': '--tls-…',
  senderConstraint: '--dpop',
  profile: '--profile',
  firstParty: '--first-party',
  pkce: '--no-pkce',
  corsOrigins: '--cors-origin',
  scopes: '--scope',
  audiences: '--audience',
  authorizationDetailsTypes: '--authorization-details-type',
  exchangeFrom: '--exchange-from',
  exchangeTo: '--exchange-to',
  exchangeImpersonation: '--exchange-impersonation',
  backchannelLogout: '--backchannel-logout-uri',
  frontchannelLogout: '--frontchannel-logout-uri',
  overlapSeconds: '--overlap',
  cibaDelivery: '--ciba-delivery',
  cibaNotificationEndpoint: '--ciba-notification-endpoint',
  backchannelRequestAlgorithm: '--ciba-request-alg',
  ...requestOptionOf,
}

/** A refusal speaks of fields; a person at a terminal knows options. */
async function namingOptions<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Problem) || !error.options.fields) throw error
    const told = error.options.fields.map(({ field, detail }) => {
      const [name = '', index] = field.split('.')
      const which =
        index === undefined || !/^\d+$/.test(index) || name === 'authentication'
          ? ''
          : ` (number ${Number(index) + 1})`
      return `${optionOf[`${name}.${index}`] ?? optionOf[name] ?? name}${which} ${detail}`
    })
    const { code, status, message } = error
    throw new Problem(code, { status, title: message }, { ...error.options, detail: told.join('; ') })
  }
}

function addLooking(group: Command, open: Open): void {
  group
    .command('show <id>')
    .description('one client; its secrets by age only')
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: { json?: true }) => {
      const { db } = await open()
      const client = await clients.find(db, id)
      if (!client) throw errors.client_not_found()
      answer(options, viewOf(client), describeClient(client))
    })
}

function addRotateSecret(group: Command, open: Open): void {
  group
    .command('rotate-secret <id>')
    .description('make a new secret; the old one works a while longer')
    .option('--overlap <seconds>', 'how long the old one works; 0 after a leak', wholeSeconds, 86_400)
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: { overlap: number; json?: true }) => {
      const overlapSeconds = options.overlap
      const made = await namingOptions(async () =>
        rotateSecret(await open(), byCommandLine, id, { overlapSeconds }),
      )
      const until = made.previousExpiresAt.toISOString()
      const data = { client_id: id, client_secret: made.secret, previous_expires_at: until }
      answer(options, data, `client secret: ${made.secret} (shown once)\nthe one before works until ${until}`)
    })
}

function wholeSeconds(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('must be a whole number of seconds')
  return Number(value)
}

const switches = [
  { name: 'disable', done: 'disabled', help: 'bar a client at once', act: disableClient },
  { name: 'enable', done: 'enabled', help: 'let a disabled client in again', act: enableClient },
  { name: 'delete', done: 'deleted', help: 'remove a client for good', act: deleteClient },
] as const

function addSwitches(group: Command, open: Open): void {
  for (const { name, done, help, act } of switches) {
    group
      .command(`${name} <id>`)
      .description(help)
      .option('--json', 'answer as JSON')
      .action(async (id: string, options: { json?: true }) => {
        await act(await open(), byCommandLine, id)
        answer(options, { client_id: id, [done]: true }, `${id} is ${done}`)
      })
  }
}

function warn(sentence: string): void {
  process.stderr.write(`warning: ${sentence}\n`)
}
