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

/**
 * A tenant as Auth0 gives it out: clients and connections as its management API or deploy tool write them, and people as its
 * export of users (one JSON object a line), with password hashes and factors where Auth0 was asked for them.
 */
export function convertAuth0(parts: readonly Json[]): Converted {
  const done = nothing()
  const users = parts.filter((part) => 'user_id' in part || '_id' in part || 'email' in part)
  const others = parts.filter((part) => !users.includes(part))
  for (const part of others) {
    const clients = 'client_id' in part ? [part] : objectsIn(part, 'clients')
    const connections = 'strategy' in part ? [part] : objectsIn(part, 'connections')
    for (const client of clients) addClient(done, client)
    for (const connection of connections) addConnection(done, connection)
    if (objectsIn(part, 'roles').length > 0)
      done.warnings.push('roles: what they let people do is known to your applications only')
    if (objectsIn(part, 'rules').length + objectsIn(part, 'actions').length > 0)
      done.warnings.push('rules and actions: say claims of your own in the sections claims and claim_hooks')
  }
  for (const user of users) addUser(done, user)
  return done
}

const grants: Readonly<Record<string, string>> = {
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code': 'urn:ietf:params:oauth:grant-type:device_code',
}

function addClient({ clients, warnings }: Converted, client: Json): void {
  const id = textIn(client, 'client_id') ?? ''
  const whose = `client ${textIn(client, 'name') ?? id}`
  if (client.global === true) return
  if (clientIdOf(id) === null) return void warnings.push(`${whose}: it has no id that a client here can have`)
  const asked = textsIn(client, 'grant_types')
  const known = asked.flatMap((grant) => grants[grant] ?? [])
  const dropped = asked.filter((grant) => grants[grant] === undefined)
  if (dropped.length > 0) warnings.push(`${whose}: grants that there are not here: ${dropped.join(', ')}`)
  const redirects = exactAddresses(textsIn(client, 'callbacks'), whose, warnings)
  const signsIn = known.includes('authorization_code') && redirects.length > 0
  const usable = known.filter((grant) => signsIn || !['authorization_code', 'refresh_token'].includes(grant))
  if (usable.length === 0)
    return void warnings.push(`${whose}: left out, for it uses no flow that there is here, or has no address`)
  const leave = exactAddresses(textsIn(client, 'allowed_logout_urls'), whose, warnings)
  const origins = [...textsIn(client, 'allowed_origins'), ...textsIn(client, 'web_origins')]
  const native = client.app_type === 'native'
  clients[id] = {
    name: (textIn(client, 'name') ?? id).slice(0, 100),
    grant_types: usable,
    ...(native && { application_type: 'native' }),
    ...(signsIn && { redirect_uris: redirects }),
    ...(leave.length > 0 && { post_logout_redirect_uris: leave }),
    ...(origins.length > 0 && {
      cors_origins: [...new Set(origins.filter((one) => /^https:\/\/[^/*]+$/.test(one)))],
    }),
    ...(client.is_first_party !== false && { first_party: true }),
    ...provingOf(client, id, warnings),
  }
}

function provingOf(client: Json, id: string, warnings: string[]): Json {
  const method = textIn(client, 'token_endpoint_auth_method') ?? 'client_secret_basic'
  if (method === 'none') return { token_endpoint_auth_method: 'none' }
  const kept = keptSecret(textIn(client, 'client_secret'))
  const post = method === 'client_secret_post' ? { token_endpoint_auth_method: method } : {}
  if (kept) return { ...post, secrets: kept }
  const variable = variableFor('client', id)
  warnings.push(
    `client ${id}: its secret is not in the export; the document takes one from the variable ${variable.env}`,
  )
  return { ...post, secrets: [variable] }
}

const connectors: Readonly<Record<string, string>> = {
  'google-oauth2': 'google',
  facebook: 'facebook',
  github: 'github',
  oidc: 'oidc',
}

function addConnection({ identity_providers: providers, warnings }: Converted, connection: Json): void {
  const [name, strategy] = [textIn(connection, 'name') ?? '', textIn(connection, 'strategy') ?? '']
  if (strategy === 'auth0') return // the data base of passwords: people come with their hashes
  const connector = connectors[strategy]
  if (connector === undefined)
    return void warnings.push(`connection ${name}: ${strategy} is not carried over`)
  const options = objectIn(connection, 'options')
  const slug = slugOf(name)
  const variable = variableFor('provider', slug)
  const secret = textIn(options, 'client_secret')
  if (secret === undefined)
    warnings.push(
      `connection ${name}: its secret is not in the export; the document takes it from the variable ${variable.env}`,
    )
  providers[slug] = {
    connector,
    name: (textIn(connection, 'display_name') ?? name).slice(0, 60),
    client_id: textIn(options, 'client_id') ?? name,
    secret: secret ?? variable,
    ...(connector === 'oidc' && { options: { issuer: textIn(options, 'issuer') ?? '' } }),
  }
}

function addUser({ users, identity_providers: providers, warnings }: Converted, user: Json): void {
  const raw = textIn(user, 'user_id') ?? textIn(objectIn(user, '_id'), '$oid')
  const sub = raw !== undefined && !raw.includes('|') && '_id' in user ? `auth0|${raw}` : raw
  const [email, username] = [textIn(user, 'email'), textIn(user, 'username')]
  const who = `user ${email ?? username ?? sub ?? '?'}`
  if (email === undefined && username === undefined)
    return void warnings.push(`${who}: left out, without an address and a user name`)
  for (const kind of ['app_metadata', 'user_metadata'])
    if (Object.keys(objectIn(user, kind)).length > 0)
      warnings.push(`${who}: ${kind}; see the setting users.custom_fields`)
  const acceptable = username !== undefined && /^(?=.*[a-z])[a-z0-9]+([._-][a-z0-9]+)*$/.test(username)
  users.push({
    ...(sub !== undefined && { sub }),
    ...(email !== undefined && { email }),
    ...((user.email_verified === true || user.email_verified === 'true') && { email_verified: true }),
    ...(acceptable && { username }),
    ...said(user, {
      name: 'name',
      given_name: 'given_name',
      family_name: 'family_name',
      nickname: 'nickname',
    }),
    ...(user.blocked === true && { status: 'disabled' }),
    ...createdOf(user),
    ...passwordOf(user, who, warnings),
    ...seedOf(user, who, warnings),
    ...identitiesOf(user, who, providers, warnings),
  })
}

const said = (user: Json, names: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(
    Object.entries(names).flatMap(([from, to]) => {
      const value = textIn(user, from)
      return value === undefined || value === user.email ? [] : [[to, value]]
    }),
  )

function createdOf(user: Json): Json {
  const at = new Date(textIn(user, 'created_at') ?? NaN)
  return Number.isNaN(at.getTime()) ? {} : { created_at: at.toISOString() }
}

/** The export that Auth0's support makes has `passwordHash`; an import file of its own `password_hash`, or a custom one. */
function passwordOf(user: Json, who: string, warnings: string[]): Json {
  const hash = textIn(user, 'passwordHash') ?? textIn(user, 'password_hash')
  const custom = objectIn(user, 'custom_password_hash')
  const value = hash ?? textIn(objectIn(custom, 'hash'), 'value')
  if (value === undefined) return {}
  if (/^(\$2[aby]\$|\$argon2)/.test(value)) return { password_hash: value }
  warnings.push(
    `${who}: a password hashed by ${textIn(custom, 'algorithm') ?? 'something'} that is not known here`,
  )
  return {}
}

function seedOf(user: Json, who: string, warnings: string[]): Json {
  const seeds: string[] = []
  for (const factor of objectsIn(user, 'mfa_factors')) {
    const secret = textIn(objectIn(factor, 'totp'), 'secret')
    if (secret === undefined) warnings.push(`${who}: a second factor (${Object.keys(factor).join(', ')})`)
    else seeds.push(secret)
  }
  if (seeds.length > 1) warnings.push(`${who}: all authenticator apps but the first`)
  return seeds[0] === undefined ? {} : { totp_secret: seeds[0] }
}

const issuers: Readonly<Record<string, string>> = { google: 'https://accounts.google.com' }

function identitiesOf(
  user: Json,
  who: string,
  providers: Converted['identity_providers'],
  warnings: string[],
): Json {
  const found = objectsIn(user, 'identities').flatMap((identity) => {
    const [strategy, connection] = [textIn(identity, 'provider'), textIn(identity, 'connection') ?? '']
    if (strategy === 'auth0') return []
    const slug = slugOf(connection)
    const provider = providers[slug]
    const known = typeof provider?.connector === 'string' ? issuers[provider.connector] : undefined
    const issuer = known ?? textIn(objectIn(provider, 'options'), 'issuer')
    const subject =
      typeof identity.user_id === 'number' ? String(identity.user_id) : textIn(identity, 'user_id')
    if (issuer === undefined || issuer === '' || subject === undefined) {
      warnings.push(`${who}: their account at ${connection}; they connect it again`)
      return []
    }
    return [{ provider: slug, issuer, subject, label: textIn(user, 'email') ?? subject }]
  })
  return found.length > 0 ? { identities: found } : {}
}

/** Arrays of clients or connections, tenants, users; and lists of JSON, one a line. */
export function auth0Parts(value: unknown): Json[] {
  if (Array.isArray(value)) return value.filter(isObject)
  return isObject(value) ? [value] : []
}
