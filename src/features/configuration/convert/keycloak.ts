import {
  clientIdOf,
  type Converted,
  exactAddresses,
  isObject,
  type Json,
  keptSecret,
  nothing,
  objectIn,
  objectsIn,
  slugOf,
  textIn,
  textsIn,
  variableFor,
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
  if (clientIdOf(id) === null)
    return void warnings.push(`${whose}: its id has characters that no client id here has`)
  if (client.protocol !== undefined && client.protocol !== 'openid-connect')
    return void warnings.push(`${whose}: ${String(client.protocol)} is not spoken here`)
  if (client.bearerOnly === true)
    return void warnings.push(`${whose}: only takes tokens; register it as an API`)
  const grants = grantsOf(client)
  if (client.implicitFlowEnabled === true || client.directAccessGrantsEnabled === true)
    warnings.push(`${whose}: the implicit flow and direct grants (passwords) do not exist here (RFC 9700)`)
  const redirects = exactAddresses(textsIn(client, 'redirectUris').map(rooted(client)), whose, warnings)
  if (grants.includes('authorization_code') && redirects.length === 0)
    return void warnings.push(`${whose}: left out, for it has no address that codes may be sent to`)
  if (grants.length === 0)
    return void warnings.push(`${whose}: left out, for it uses no flow that there is here`)
  const origins = textsIn(client, 'webOrigins').filter((origin) => /^https:\/\/[^/*]+$/.test(origin))
  clients[id] = {
    name: (textIn(client, 'name') ?? id).replace(/^\$\{.*\}$/, id).slice(0, 100),
    grant_types: grants,
    ...(redirects.length > 0 && { redirect_uris: redirects }),
    ...(origins.length > 0 && { cors_origins: origins }),
    ...(client.enabled === false && { enabled: false }),
    ...(client.consentRequired !== true && { first_party: true }),
    ...provingOf(client, id, warnings),
  }
}

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

function addProvider({ identity_providers: providers, warnings }: Converted, provider: Json): void {
  const alias = textIn(provider, 'alias') ?? ''
  const kind = (textIn(provider, 'providerId') ?? '').replace(/^linkedin-openid-connect$/, 'linkedin')
  const config = objectIn(provider, 'config')
  const slug = slugOf(alias)
  const connector = kind === 'oidc' || kind === 'keycloak-oidc' ? 'oidc' : kind
  if (connector !== 'oidc' && !connectors.has(connector))
    return void warnings.push(`identity provider ${alias}: ${kind} is not spoken here`)
  const variable = variableFor('provider', slug)
  warnings.push(
    `identity provider ${alias}: its secret is not in an export; the document takes it from the variable ${variable.env}`,
  )
  if (connector === 'microsoft' || connector === 'apple')
    warnings.push(`identity provider ${alias}: look at its options, which Keycloak does not have`)
  providers[slug] = {
    connector,
    name: (textIn(provider, 'displayName') ?? alias).slice(0, 60),
    client_id: textIn(config, 'clientId') ?? alias,
    secret: variable,
    ...(provider.enabled === false && { enabled: false }),
    ...(connector === 'oidc' && { options: { issuer: textIn(config, 'issuer') ?? '' } }),
  }
}

/** Actions that somebody is asked for at their next sign-in have no counterpart but the proof of an address. */
function addUser({ users, identity_providers: providers, warnings }: Converted, user: Json): void {
  const sub = textIn(user, 'id')
  const username = textIn(user, 'username')
  const who = `user ${username ?? sub ?? '?'}`
  if (username?.startsWith('service-account-')) return
  const acceptable = username !== undefined && /^(?=.*[a-z])[a-z0-9]+([._-][a-z0-9]+)*$/.test(username)
  const email = textIn(user, 'email') ?? (username?.includes('@') ? username : undefined)
  if (username !== undefined && !acceptable && username !== email)
    warnings.push(`${who}: the user name cannot be used here, so they sign in by their address`)
  if (!acceptable && email === undefined)
    return void warnings.push(`${who}: left out, without a user name and address that can be used here`)
  if (
    textsIn(user, 'realmRoles').some((role) => !builtInRoles.test(role)) ||
    Object.keys(objectIn(user, 'clientRoles')).length > 0
  )
    warnings.push(
      `${who}: roles (${textsIn(user, 'realmRoles')
        .filter((role) => !builtInRoles.test(role))
        .join(', ')})`,
    )
  const attributes = Object.keys(objectIn(user, 'attributes')).filter((name) => name !== 'locale')
  if (attributes.length > 0)
    warnings.push(`${who}: attributes ${attributes.join(', ')}; see the setting users.custom_fields`)
  const [given, family] = [textIn(user, 'firstName'), textIn(user, 'lastName')]
  const name = [given, family].filter((part) => part !== undefined).join(' ')
  const created = typeof user.createdTimestamp === 'number' ? new Date(user.createdTimestamp) : null
  users.push({
    ...(sub !== undefined && { sub }),
    ...(email !== undefined && { email }),
    ...(user.emailVerified === true && email !== undefined && { email_verified: true }),
    ...(acceptable && { username }),
    ...(name !== '' && { name, ...(given && { given_name: given }), ...(family && { family_name: family }) }),
    ...(user.enabled === false && { status: 'disabled' }),
    ...(created && { created_at: created.toISOString() }),
    ...provesOf(user, who, warnings),
    ...identitiesOf(user, who, providers, warnings),
  })
}

function provesOf(user: Json, who: string, warnings: string[]): Json {
  const proves: Record<string, unknown> = {}
  for (const credential of objectsIn(user, 'credentials')) {
    const kind = textIn(credential, 'type')
    const [secret, data] = [parsed(credential, 'secretData'), parsed(credential, 'credentialData')]
    if (kind === 'password')
      proves.password_hash =
        passwordOf(secret, data) ?? warn(warnings, `${who}: a password hashed by ${String(data.algorithm)}`)
    else if (kind === 'otp' && proves.totp_secret === undefined)
      proves.totp_secret =
        seedOf(secret, data) ??
        warn(warnings, `${who}: an authenticator app with other codes than SHA-1, six digits, thirty seconds`)
    else warnings.push(`${who}: a credential of the kind ${kind ?? '?'}`)
  }
  return Object.fromEntries(Object.entries(proves).filter(([, value]) => value !== undefined))
}

function warn(warnings: string[], text: string): undefined {
  warnings.push(text)
  return undefined
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
  if (/^pbkdf2(-sha(256|512))?$/.test(algorithm))
    return `$${algorithm === 'pbkdf2' ? 'pbkdf2-sha1' : algorithm}$i=${Number(data.hashIterations)}$${unpadded(salt)}$${unpadded(hash)}`
  if (algorithm !== 'argon2') return undefined
  const parameters = objectIn(data, 'additionalParameters')
  const first = (name: string): string | undefined => textsIn(parameters, name)[0]
  const version = first('version') === '1.0' ? 16 : 19
  const costs = `m=${first('memory') ?? '7168'},t=${Number(data.hashIterations)},p=${first('parallelism') ?? '1'}`
  return `$argon2${first('type') ?? 'id'}$v=${version}$${costs}$${unpadded(salt)}$${unpadded(hash)}`
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The seed is the text itself, byte by byte, unless the credential says that it is Base32 already. */
function seedOf(secret: Json, data: Json): string | undefined {
  const value = textIn(secret, 'value')
  const usual =
    (data.subType ?? 'totp') === 'totp' &&
    (data.algorithm ?? 'HmacSHA1') === 'HmacSHA1' &&
    Number(data.digits ?? 6) === 6 &&
    Number(data.period ?? 30) === 30
  if (value === undefined || !usual) return undefined
  return data.secretEncoding === 'BASE32' ? value : base32(Buffer.from(value))
}

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
    const provider = providers[slug]
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
