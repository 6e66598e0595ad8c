import {
  clientIdOf,
  type Converted,
  exactAddresses,
  isObject,
  type Json,
  keptSecret,
  named,
  nothing,
  objectIn,
  objectsIn,
  isUsername,
  present,
  slugOf,
  some,
  textIn,
  textsIn,
  variableFor,
  when,
} from './converted.ts'

/** Clients that every realm has for Keycloak itself. */
const builtIn: ReadonlySet<string> = new Set([
  ...['account', 'account-console', 'admin-cli', 'broker', 'realm-management', 'security-admin-console'],
])

/** Roles that every realm has. */
const builtInRoles = /^(default-roles-.*|offline_access|uma_authorization)$/

/** A realm as Keycloak exports it (`kc.sh export`, with users in the same file or beside it). */
export function convertKeycloak(files: readonly Json[]): Converted {
  const done = nothing()
  for (const realm of files) {
    for (const client of objectsIn(realm, 'clients')) addClient(done, client)
    for (const provider of objectsIn(realm, 'identityProviders')) addProvider(done, provider)
    const roles = objectsIn(objectIn(realm, 'roles'), 'realm').flatMap((role) => textIn(role, 'name') ?? [])
    const own = roles.filter((role) => !builtInRoles.test(role))
    if (own.length > 0)
      done.warnings.push(
        `realm roles ${own.join(', ')}: what they let people do is known to your applications only`,
      )
    if (objectsIn(realm, 'groups').length > 0) done.warnings.push('groups: there are none here')
    if (objectsIn(realm, 'clientScopes').length > 0)
      done.warnings.push('client scopes and their mappers: say claims of your own in the section claims')
    for (const user of objectsIn(realm, 'users')) addUser(done, user)
  }
  return done
}

function addClient({ clients, warnings }: Converted, client: Json): void {
  const id = textIn(client, 'clientId') ?? ''
  if (builtIn.has(id)) return
  const whose = `client ${id}`
  const grants = grantsOf(client)
  const redirects = exactAddresses(textsIn(client, 'redirectUris').map(rooted(client)), whose, warnings)
  const reason = reasons.find(({ applies }) => applies({ client, id, grants, redirects }))
  if (reason) {
    warnings.push(`${whose}: left out, for ${reason.because}`)
    return
  }
  if (client.implicitFlowEnabled === true || client.directAccessGrantsEnabled === true)
    warnings.push(`${whose}: the implicit flow and direct grants (passwords) do not exist here (RFC 9700)`)
  clients[id] = present({
    name: (textIn(client, 'name') ?? id).replace(/^\$\{.*\}$/, id).slice(0, 100),
    grant_types: grants,
    redirect_uris: some(redirects),
    cors_origins: some(textsIn(client, 'webOrigins').filter((origin) => /^https:\/\/[^/*]+$/.test(origin))),
    enabled: when(client.enabled === false, false),
    first_party: when(client.consentRequired !== true, true),
    ...provingOf(client, id, warnings),
  })
}

interface Candidate {
  client: Json
  id: string
  grants: readonly string[]
  redirects: readonly string[]
}

/** Why a client cannot come along. */
const reasons: readonly { applies(candidate: Candidate): boolean; because: string }[] = [
  {
    applies: ({ client }) => (textIn(client, 'protocol') ?? 'openid-connect') !== 'openid-connect',
    because: 'its protocol (saml) is not spoken here',
  },
  {
    applies: ({ id }) => clientIdOf(id) === null,
    because: 'its id has characters that no client id here has',
  },
  {
    applies: ({ client }) => client.bearerOnly === true,
    because: 'it only takes tokens: register it as an API',
  },
  { applies: ({ grants }) => grants.length === 0, because: 'it uses no flow that there is here' },
  {
    applies: ({ grants, redirects }) => grants.includes('authorization_code') && redirects.length === 0,
    because: 'it has no address that codes may be sent to',
  },
]

const rooted =
  (client: Json) =>
  (uri: string): string =>
    uri.startsWith('/') ? `${textIn(client, 'rootUrl') ?? textIn(client, 'baseUrl') ?? ''}${uri}` : uri

function grantsOf(client: Json): string[] {
  const device = objectIn(client, 'attributes')['oauth2.device.authorization.grant.enabled'] === 'true'
  const signsIn = client.standardFlowEnabled !== false
  return [
    ...(signsIn ? ['authorization_code', 'refresh_token'] : []),
    ...(client.serviceAccountsEnabled === true && client.publicClient !== true ? ['client_credentials'] : []),
    ...(device ? ['urn:ietf:params:oauth:grant-type:device_code'] : []),
  ]
}

function provingOf(client: Json, id: string, warnings: string[]): Json {
  if (client.publicClient === true) return { token_endpoint_auth_method: 'none' }
  const secret = textIn(client, 'secret')
  const method = textIn(client, 'clientAuthenticatorType') ?? 'client-secret'
  const kept = method === 'client-secret' ? keptSecret(secret?.replace(/^\*+$/, '')) : undefined
  if (kept) return { secrets: kept }
  const variable = variableFor('client', id)
  warnings.push(
    `client ${id}: its secret is not in the export, or so short that it can be guessed, or it proves itself by ${method}; the document takes a secret from the variable ${variable.env}`,
  )
  return { secrets: [variable] }
}

/** Kinds of providers that are known here by a connector of their own. */
const connectors: ReadonlySet<string> = new Set([
  'google',
  'github',
  'facebook',
  'microsoft',
  'linkedin',
  'apple',
])

const connectorOf = (kind: string): string | null => {
  if (kind === 'oidc' || kind === 'keycloak-oidc') return 'oidc'
  const name = kind.replace(/^linkedin-openid-connect$/, 'linkedin')
  return connectors.has(name) ? name : null
}

function addProvider({ identity_providers: providers, warnings }: Converted, provider: Json): void {
  const alias = textIn(provider, 'alias') ?? ''
  const kind = textIn(provider, 'providerId') ?? ''
  const whose = `identity provider ${alias}`
  const [config, slug, connector] = [objectIn(provider, 'config'), slugOf(alias), connectorOf(kind)]
  if (connector === null) {
    warnings.push(`${whose}: ${kind} is not spoken here`)
    return
  }
  const variable = variableFor('provider', slug)
  warnings.push(
    `${whose}: its secret is not in an export; the document takes it from the variable ${variable.env}`,
  )
  if (connector === 'microsoft' || connector === 'apple')
    warnings.push(`${whose}: look at its options, which Keycloak does not have`)
  providers[slug] = present({
    connector,
    name: (textIn(provider, 'displayName') ?? alias).slice(0, 60),
    client_id: textIn(config, 'clientId') ?? alias,
    secret: variable,
    enabled: when(provider.enabled === false, false),
    options: when(connector === 'oidc', { issuer: textIn(config, 'issuer') ?? '' }),
  })
}

/** Actions that somebody is asked for at their next sign-in have no counterpart but the proof of an address. */
function addUser({ users, identity_providers: providers, warnings }: Converted, user: Json): void {
  const [sub, username] = [textIn(user, 'id'), textIn(user, 'username')]
  if (username?.startsWith('service-account-') === true) return
  const who = `user ${username ?? sub ?? '?'}`
  const email = emailOf(user, username)
  if (!isUsername(username) && email === undefined) {
    warnings.push(`${who}: left out, without a user name and address that can be used here`)
    return
  }
  warnings.push(...leftOf(user, username, email).map((left) => `${who}: ${left}`))
  const [given, family] = [textIn(user, 'firstName'), textIn(user, 'lastName')]
  const name = [given, family].filter((part) => part !== undefined).join(' ')
  users.push(
    present({
      sub,
      email,
      email_verified: when(user.emailVerified === true && email !== undefined, true),
      username: when(isUsername(username), username),
      name: when(name !== '', name),
      given_name: given,
      family_name: family,
      status: when(user.enabled === false, 'disabled'),
      created_at: createdOf(user),
      ...provesOf(user, who, warnings),
      ...identitiesOf(user, who, providers, warnings),
    }),
  )
}

const emailOf = (user: Json, username: string | undefined): string | undefined =>
  textIn(user, 'email') ?? when(username?.includes('@') === true, username)

function createdOf({ createdTimestamp: at }: Json): string | undefined {
  const created = new Date(typeof at === 'number' ? at : NaN)
  return when(!Number.isNaN(created.getTime()), created)?.toISOString()
}

/** What somebody has that does not come along. */
function leftOf(user: Json, username: string | undefined, email: string | undefined): string[] {
  const roles = [
    ...textsIn(user, 'realmRoles').filter((role) => !builtInRoles.test(role)),
    ...Object.keys(objectIn(user, 'clientRoles')).map((client) => `of ${client}`),
  ]
  const attributes = Object.keys(objectIn(user, 'attributes')).filter((name) => name !== 'locale')
  const renamed = username !== undefined && !isUsername(username) && username !== email
  return [
    ...(renamed ? ['the user name cannot be used here, so they sign in by their address'] : []),
    ...(roles.length > 0 ? [`roles ${roles.join(', ')}`] : []),
    ...(attributes.length > 0
      ? [`attributes ${attributes.join(', ')}; see the setting users.custom_fields`]
      : []),
  ]
}

function provesOf(user: Json, who: string, warnings: string[]): Json {
  const proves: Record<string, unknown> = {}
  for (const credential of objectsIn(user, 'credentials')) {
    const kind = textIn(credential, 'type')
    const [secret, data] = [parsed(credential, 'secretData'), parsed(credential, 'credentialData')]
    if (kind === 'password') {
      proves.password_hash = passwordOf(secret, data)
      if (proves.password_hash === undefined)
        warnings.push(`${who}: a password hashed in a way that is not known here`)
    } else if (kind === 'otp' && proves.totp_secret === undefined) {
      proves.totp_secret = seedOf(secret, data)
      if (proves.totp_secret === undefined)
        warnings.push(`${who}: an authenticator app with other codes than SHA-1, six digits, thirty seconds`)
    } else warnings.push(`${who}: a credential of the kind ${kind ?? '?'}`)
  }
  return present(proves)
}

function parsed(credential: Json, name: string): Json {
  const value = credential[name]
  if (isObject(value)) return value
  try {
    const read: unknown = JSON.parse(String(value))
    return isObject(read) ? read : {}
  } catch {
    return {}
  }
}

const unpadded = (base64: string): string => base64.replaceAll('=', '')

/** As PHC strings, which hashes are stored as here. */
function passwordOf(secret: Json, data: Json): string | undefined {
  const [hash, salt] = [textIn(secret, 'value'), textIn(secret, 'salt')]
  const algorithm = textIn(data, 'algorithm') ?? 'pbkdf2-sha256'
  if (hash === undefined || salt === undefined) return undefined
  const end = `$${unpadded(salt)}$${unpadded(hash)}`
  const rounds = Number(data.hashIterations)
  if (algorithm === 'argon2') return `${argon2Head(objectIn(data, 'additionalParameters'), rounds)}${end}`
  if (!/^pbkdf2(-sha(256|512))?$/.test(algorithm)) return undefined
  return `$${algorithm === 'pbkdf2' ? 'pbkdf2-sha1' : algorithm}$i=${rounds}${end}`
}

/** Each parameter is a list of one text. */
function argon2Head(parameters: Json, passes: number): string {
  const first = (name: string, usual: string): string => textsIn(parameters, name)[0] ?? usual
  const version = first('version', '1.3') === '1.0' ? 16 : 19
  const costs = `m=${first('memory', '7168')},t=${passes},p=${first('parallelism', '1')}`
  return `$argon2${first('type', 'id')}$v=${version}$${costs}`
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The seed is the text itself, byte by byte, unless the credential says that it is Base32 already. */
function seedOf(secret: Json, data: Json): string | undefined {
  const value = textIn(secret, 'value')
  const differs = Object.entries(usualCodes).some(
    ([name, usual]) => ![usual, Number(usual), undefined].some((one) => one === data[name]),
  )
  if (value === undefined || differs) return undefined
  return data.secretEncoding === 'BASE32' ? value : base32(Buffer.from(value))
}

/** Codes that every app computes; no other is looked at here. */
const usualCodes = { subType: 'totp', algorithm: 'HmacSHA1', digits: '6', period: '30' }

/** RFC 4648, section 6, without padding. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => alphabet[parseInt(five.padEnd(5, '0'), 2)] ?? '')
    .join('')
}

function identitiesOf(
  user: Json,
  who: string,
  providers: Converted['identity_providers'],
  warnings: string[],
): Json {
  const found = objectsIn(user, 'federatedIdentities').flatMap((identity) => {
    const slug = slugOf(textIn(identity, 'identityProvider') ?? '')
    const provider = named(providers, slug)
    const issuer = issuerOf(provider)
    const subject = textIn(identity, 'userId')
    if (issuer === undefined || subject === undefined) {
      warnings.push(`${who}: their account at ${slug}; they connect it again`)
      return []
    }
    return [{ provider: slug, issuer, subject, label: textIn(identity, 'userName') ?? subject }]
  })
  return found.length > 0 ? { identities: found } : {}
}

const issuerOf = (provider: Json | undefined): string | undefined => {
  if (provider?.connector === 'google') return 'https://accounts.google.com'
  return provider?.connector === 'oidc' ? textIn(objectIn(provider, 'options'), 'issuer') : undefined
}
