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
  if (client.global === true) return
  const id = textIn(client, 'client_id') ?? ''
  const name = textIn(client, 'name') ?? id
  const whose = `client ${name}`
  const redirects = exactAddresses(textsIn(client, 'callbacks'), whose, warnings)
  const usable = grantsOf(client, redirects.length > 0, whose, warnings)
  if (clientIdOf(id) === null || usable.length === 0) {
    warnings.push(`${whose}: left out, for it uses no flow that there is here, or has no address, or no id`)
    return
  }
  const origins = [...textsIn(client, 'allowed_origins'), ...textsIn(client, 'web_origins')]
  clients[id] = present({
    name: name.slice(0, 100),
    grant_types: usable,
    application_type: when(client.app_type === 'native', 'native'),
    redirect_uris: some(redirects),
    post_logout_redirect_uris: some(exactAddresses(textsIn(client, 'allowed_logout_urls'), whose, warnings)),
    cors_origins: some([...new Set(origins.filter((one) => /^https:\/\/[^/*]+$/.test(one)))]),
    first_party: when(client.is_first_party !== false, true),
    ...provingOf(client, id, warnings),
  })
}

function grantsOf(client: Json, hasAddress: boolean, whose: string, warnings: string[]): string[] {
  const asked = textsIn(client, 'grant_types')
  const dropped = asked.filter((grant) => named(grants, grant) === undefined)
  if (dropped.length > 0) warnings.push(`${whose}: grants that there are not here: ${dropped.join(', ')}`)
  const known = asked.flatMap((grant) => named(grants, grant) ?? [])
  const signsIn = hasAddress && known.includes('authorization_code')
  return known.filter((grant) => signsIn || !['authorization_code', 'refresh_token'].includes(grant))
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
  const connector = named(connectors, strategy)
  if (connector === undefined) {
    warnings.push(`connection ${name}: ${strategy} is not carried over`)
    return
  }
  const [options, slug] = [objectIn(connection, 'options'), slugOf(name)]
  const variable = variableFor('provider', slug)
  const secret = textIn(options, 'client_secret')
  if (secret === undefined)
    warnings.push(
      `connection ${name}: its secret is not in the export; the document takes it from the variable ${variable.env}`,
    )
  providers[slug] = present({
    connector,
    name: (textIn(connection, 'display_name') ?? name).slice(0, 60),
    client_id: textIn(options, 'client_id') ?? name,
    secret: secret ?? variable,
    options: when(connector === 'oidc', { issuer: textIn(options, 'issuer') }),
  })
}

function addUser({ users, identity_providers: providers, warnings }: Converted, user: Json): void {
  const sub = subjectOf(user)
  const [email, username] = [textIn(user, 'email'), textIn(user, 'username')]
  const who = `user ${email ?? username ?? sub ?? '?'}`
  if (email === undefined && !isUsername(username)) {
    warnings.push(`${who}: left out, without an address and a user name`)
    return
  }
  for (const kind of ['app_metadata', 'user_metadata'])
    if (Object.keys(objectIn(user, kind)).length > 0)
      warnings.push(`${who}: ${kind}; see the setting users.custom_fields`)
  users.push(
    present({
      sub,
      email,
      email_verified: when(
        ['true', true].some((yes) => yes === user.email_verified),
        true,
      ),
      username: when(isUsername(username), username),
      ...said(user, {
        name: 'name',
        given_name: 'given_name',
        family_name: 'family_name',
        nickname: 'nickname',
      }),
      status: when(user.blocked === true, 'disabled'),
      ...createdOf(user),
      ...passwordOf(user, who, warnings),
      ...seedOf(user, who, warnings),
      ...identitiesOf(user, who, providers, warnings),
    }),
  )
}

/** Where passwords are exported, the id stands without its prefix. */
function subjectOf(user: Json): string | undefined {
  const id = textIn(user, 'user_id')
  if (id !== undefined) return id
  const bare = textIn(objectIn(user, '_id'), '$oid')
  return bare === undefined ? undefined : `auth0|${bare}`
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
  const found = objectsIn(user, 'identities')
    .filter((identity) => textIn(identity, 'provider') !== 'auth0')
    .flatMap((identity) => {
      const connection = textIn(identity, 'connection') ?? ''
      const slug = slugOf(connection)
      const [issuer, subject] = [issuerOf(named(providers, slug)), subjectThere(identity)]
      if (issuer !== undefined && subject !== undefined)
        return [{ provider: slug, issuer, subject, label: textIn(user, 'email') ?? subject }]
      warnings.push(`${who}: their account at ${connection}; they connect it again`)
      return []
    })
  return present({ identities: some(found) })
}

const issuerOf = (provider: Json | undefined): string | undefined =>
  named(issuers, textIn(provider, 'connector') ?? '') ?? textIn(objectIn(provider, 'options'), 'issuer')

const subjectThere = ({ user_id: id }: Json): string | undefined =>
  typeof id === 'number' || typeof id === 'string' ? String(id) : undefined

/** Arrays of clients or connections, tenants, users; and lists of JSON, one a line. */
export function auth0Parts(value: unknown): Json[] {
  if (Array.isArray(value)) return value.filter(isObject)
  return isObject(value) ? [value] : []
}
