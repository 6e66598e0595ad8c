import { type Command, Option } from 'commander'

import { act, wholeNumber } from '../../platform/act.ts'
import { answer, type ApiCall, overApi, withExample } from '../../platform/command.ts'
import { Problem } from '../../platform/errors.ts'
import { describeClient, type ShownClient } from './client-lines.ts'
import { addManagement } from './management/commands.ts'
import { readKeys } from './read-keys.ts'
import {
  addRequestOptions,
  requestFieldsOf,
  type RequestOptions,
  requestOptionOf,
} from './requests/commands.ts'
import { longestOverlapSeconds } from './rotate-secret.ts'
import { requestObjectAlgorithms } from './requests/algorithms.ts'
import { cibaGrant } from './requests/signed-asking.ts'
import { idTokenAlgorithms } from './schema.ts'
import { addSecurityOptions, proofs, provingOf, type SecurityOptions } from './security/commands.ts'

/** `gatehouse client …`; who may do what with which client is decided by the operations of features/administration. */
export function clientCommands(program: Command, call: ApiCall): void {
  const group = program.command('client').description('applications that may ask for tokens')
  addCreate(group, call)
  addShowing(group, call)
  addSwitches(group, call)
  addManagement(group, call)
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
  cibaRequestAlg?: string
  backchannelLogoutUri?: string
  backchannelLogoutSessionRequired?: true
  frontchannelLogoutUri?: string
  frontchannelLogoutSessionRequired?: true
  json?: true
}

function addCreate(group: Command, call: ApiCall): void {
  const create = overApi(group.command('create'))
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
      const body = fieldsOf(options)
      if (!options.pkce)
        warn('this client may leave out PKCE, so a stolen code of its can be used (RFC 9700, 2.1.1)')
      const made = await namingOptions(() => call({ does: 'POST /admin/clients', body }))
      const client = made.body as ShownClient & { client_secret?: string } // as JSON
      if (client.development)
        warn('a redirect to this machine marks the client as development: production refuses it')
      const { client_id: id, client_secret: secret } = client
      const lines = [
        `client id:     ${id}`,
        ...(secret === undefined ? [] : [`client secret: ${secret} (shown once)`]),
      ]
      answer(options, { client_id: id, client_secret: secret }, lines.join('\n'))
    })
  addRequestOptions(create)
  addSecurityOptions(create)
  withExample(create, [
    'client create --name Shop --redirect-uri https://shop.example/callback',
    'client create --name Phone --public --native --redirect-uri com.example.phone:/callback',
  ])
}

/** What an application of our own signs people in with: by a browser or by itself, and for longer than one access token. */
const ownGrants = ['authorization_code', 'refresh_token']

/** What was typed, as the fields of the API, which judges them. */
function fieldsOf(options: CreateOptions): Record<string, unknown> {
  const { public: isPublic, secret, native } = options
  // A native application cannot keep a secret (RFC 8252, section 8.4), so it has one only when asked for by name.
  const usual = isPublic || (native && !secret) ? 'none' : 'client_secret_basic'
  return {
    client_name: options.name,
    redirect_uris: options.redirectUri,
    post_logout_redirect_uris: options.postLogoutRedirectUri,
    grant_types:
      options.grant?.map((name) => shortGrants[name] ?? name) ?? (options.firstParty ? ownGrants : undefined),
    token_endpoint_auth_method: usual,
    ...provingOf(options),
    first_party: options.firstParty,
    pkce_exempt: options.pkce ? undefined : true,
    application_type: native ? 'native' : 'web',
    cors_origins: options.corsOrigin,
    allowed_scopes: options.scope,
    audiences: options.audience,
    dpop_bound_access_tokens: options.dpop,
    tls_client_certificate_bound_access_tokens: options.certificateBound,
    profile: options.profile,
    ...requestFieldsOf(options, readKeys),
    authorization_details_types: options.authorizationDetailsType,
    introspection_signed_response_alg: options.introspectionAlg,
    exchange_from: options.exchangeFrom,
    exchange_to: options.exchangeTo,
    exchange_impersonation: options.exchangeImpersonation,
    backchannel_token_delivery_mode: options.cibaDelivery,
    backchannel_client_notification_endpoint: options.cibaNotificationEndpoint,
    backchannel_authentication_request_signing_alg: options.cibaRequestAlg,
    backchannel_logout_uri: options.backchannelLogoutUri,
    backchannel_logout_session_required: options.backchannelLogoutSessionRequired,
    frontchannel_logout_uri: options.frontchannelLogoutUri,
    frontchannel_logout_session_required: options.frontchannelLogoutSessionRequired,
  }
}

/** Grants whose names nobody types. */
const shortGrants: Readonly<Record<string, string>> = {
  ciba: cibaGrant,
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
}

/** The option that filled each field. */
const optionOf: Record<string, string> = {
  client_name: '--name',
  redirect_uris: '--redirect-uri',
  post_logout_redirect_uris: '--post-logout-redirect-uri',
  grant_types: '--grant',
  token_endpoint_auth_method: '--jwks',
  jwks_uri: '--jwks-uri',
  tls_client_auth_subject_dn: '--tls-…',
  dpop_bound_access_tokens: '--dpop',
  profile: '--profile',
  first_party: '--first-party',
  pkce_exempt: '--no-pkce',
  cors_origins: '--cors-origin',
  allowed_scopes: '--scope',
  audiences: '--audience',
  authorization_details_types: '--authorization-details-type',
  exchange_from: '--exchange-from',
  exchange_to: '--exchange-to',
  exchange_impersonation: '--exchange-impersonation',
  backchannel_logout_uri: '--backchannel-logout-uri',
  frontchannel_logout_uri: '--frontchannel-logout-uri',
  overlap_seconds: '--overlap',
  backchannel_token_delivery_mode: '--ciba-delivery',
  backchannel_client_notification_endpoint: '--ciba-notification-endpoint',
  backchannel_authentication_request_signing_alg: '--ciba-request-alg',
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
      const which = index === undefined || !/^\d+$/.test(index) ? '' : ` (number ${Number(index) + 1})`
      return `${optionOf[name] ?? name}${which} ${detail}`
    })
    const { code, status, message } = error
    throw new Problem(code, { status, title: message }, { ...error.options, detail: told.join('; ') })
  }
}

function addShowing(group: Command, call: ApiCall): void {
  act<ShownClient>(group, call, {
    name: 'show <id>',
    description: 'one client; its secrets by age only',
    example: 'client show gh_…',
    does: 'GET /admin/clients/:id',
    text: describeClient,
  })
  act<Rotated, { id: string; overlap: number }>(group, call, {
    name: 'rotate-secret <id>',
    description: 'make a new secret; the old one works a while longer',
    example: 'client rotate-secret gh_… --overlap 3600',
    does: 'POST /admin/clients/:id/secrets',
    body: ({ overlap }) => ({ overlap_seconds: overlap }),
    json: ({ client_secret, previous_expires_at }, { id }) => ({
      client_id: id,
      client_secret,
      previous_expires_at,
    }),
    text: ({ client_secret: secret, previous_expires_at: until }) =>
      `client secret: ${secret} (shown once)\nthe one before works until ${until}`,
  }).option(
    '--overlap <seconds>',
    'how long the old one works; 0 after a leak',
    wholeNumber(0, longestOverlapSeconds),
    86_400,
  )
}

interface Rotated {
  client_secret: string
  previous_expires_at: string
}

const switches = [
  {
    ...{ name: 'disable', done: 'disabled', does: 'POST /admin/clients/:id/disable' as const },
    description: 'bar a client at once',
  },
  {
    ...{ name: 'enable', done: 'enabled', does: 'POST /admin/clients/:id/enable' as const },
    description: 'let a disabled client in again',
  },
  {
    ...{ name: 'delete', done: 'deleted', does: 'DELETE /admin/clients/:id' as const },
    description: 'remove a client for good',
  },
] as const

function addSwitches(group: Command, call: ApiCall): void {
  for (const { name, done, does, description } of switches)
    act(group, call, {
      ...{ name: `${name} <id>`, description, does, example: `client ${name} gh_…` },
      json: (_, { id }) => ({ client_id: id, [done]: true }),
      text: (_, { id }) => `${id} is ${done}`,
    })
}

function warn(sentence: string): void {
  process.stderr.write(`warning: ${sentence}\n`)
}
