import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Client } from 'pg'

import { leftOut } from '../../src/features/backups/left-out.ts'
import { nativeApp, tokensOf } from '../authentication/native/app.ts'
import { sha256Hex } from '../../src/platform/crypto/index.ts'
import { answered, command } from '../support/command.ts'
import { emptyDatabase, freshDatabase } from '../support/database.ts'
import { afterTest } from '../support/parts.ts'
import { person } from '../support/people.ts'
import { type Stage, stage } from '../support/stage.ts'

/** A file in a folder of one's own. */
function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-backup-'))
  afterTest(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return join(folder, 'all.backup')
}

async function empty(): Promise<string> {
  const { url, drop } = await emptyDatabase()
  afterTest(drop)
  return url
}

const me = (origin: string, token: string) =>
  fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } })

const keysAt = async (origin: string): Promise<string[]> => {
  const { keys } = (await (await fetch(`${origin}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string }[]
  }
  return keys.map(({ kid }) => kid)
}

async function backedUp({ variables }: Stage): Promise<string> {
  const file = place()
  const { bytes } = await answered<{ bytes: number }>(['backup', file], variables)
  expect(bytes).to.equal(statSync(file).size)
  return file
}

describe('a backup', () => {
  it('brings everybody back, and nothing that lets anybody in', async function () {
    this.timeout(60_000)
    const first = await stage()
    const ann = await person(first.app)
    const phone = await nativeApp(first.app)
    const tokens = tokensOf(await phone.login(ann))
    const file = await backedUp(first)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    const copy = await empty()
    const restoring = { ...first.variables, DATABASE_URL: copy }

    const { code, stdout, stderr } = await command(['restore', file], restoring)

    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' })
    expect(stdout).to.match(
      /^Restored http:\/\/localhost:\d+ as it was at .+Z: 1 person\. Ended \d+ signing keys\.\n$/,
    )
    expect((await command(['audit', 'verify'], restoring)).code, 'the audit log verifies').to.equal(0)

    const again = await first.replica(copy)
    expect((await me(first.issuer, tokens.access_token)).status).to.equal(200)
    expect((await me(again.origin, tokens.access_token)).status, 'an access token').to.equal(401)
    const refreshed = await phone.refresh(tokens.refresh_token, {}, again.origin)
    expect(refreshed.text, 'a refresh token').to.include('invalid_grant')
    const [before, after] = [await keysAt(first.issuer), await keysAt(again.origin)]
    expect(after).to.have.length(before.length)
    expect(after).not.to.have.members(before)
    const anew = await phone.signedIn(ann, {}, again.origin)
    expect((await me(again.origin, anew.access_token)).status).to.equal(200)

    const used = await command(['restore', file, '--replace'], restoring)
    expect(used).to.include({ code: 1, stdout: '' })
    expect(used.stderr).to.include('Stop every process')
  })

  it('is refused where it would do harm, and changes nothing then', async function () {
    this.timeout(60_000)
    const first = await stage()
    await person(first.app)
    const file = await backedUp(first)
    const { url: full, drop } = await freshDatabase('with signing keys')
    afterTest(drop)
    const refusal = async (args: string[], variables: Record<string, string> = {}) => {
      const ended = await command(args, { ...first.variables, DATABASE_URL: full, ...variables })
      expect(ended).to.include({ code: 1, stdout: '' })
      return ended.stderr
    }

    expect(await refusal(['backup', file])).to.match(/could not be written.+\n.+exist/)
    expect(await refusal(['restore', file])).to.include('--replace')
    expect(await refusal(['restore'])).to.include('--in-place')
    expect(await refusal(['restore', `${file}x`])).to.include('ENOENT')
    const key = Buffer.alloc(32, 7).toString('base64')
    expect(await refusal(['restore', file], { KEY_ENCRYPTION_KEY: key })).to.include('Set KEY_ENCRYPTION_KEY')
    expect(await refusal(['restore', file], { PASSWORD_PEPPER: key })).to.include('Set PASSWORD_PEPPER')

    const text = gunzipSync(readFileSync(file)).toString()
    const damaged = {
      'no gzip': Buffer.from(text),
      'cut off': readFileSync(file).subarray(0, 4_000),
      'without its end': gzipSync(text.slice(0, text.lastIndexOf('-- '))),
      changed: gzipSync(text.replace('Ann Example', 'Eve Example')),
      'of a later format': gzipSync(text.replace('"format":1', '"format":2')),
      'something else': gzipSync('select 1;\n'),
    }
    for (const [what, bytes] of Object.entries(damaged)) {
      writeFileSync(`${file}.bad`, bytes)
      expect(await refusal(['restore', `${file}.bad`, '--replace']), what).to.include('no whole backup')
    }
    const newer = JSON.stringify(['29990101000000_of_tomorrow.ts']).slice(1, -1)
    const tomorrow = text.replace('"migrations":[', `"migrations":[${newer},`)
    writeFileSync(`${file}.bad`, gzipSync(signedAnew(tomorrow)))
    expect(await refusal(['restore', `${file}.bad`, '--replace'])).to.include('29990101000000_of_tomorrow.ts')
    expect(await keysIn(full)).to.be.greaterThan(0)
  })

  it('that was cut off while it was put back keeps a service from starting', async () => {
    const url = await empty()
    await query(url, 'create table unfinished_restore ()')
    const { code, stderr } = await command(['migrate'], { ...(await stage()).variables, DATABASE_URL: url })
    expect(code).to.equal(1)
    expect(stderr).to.include('half restored')
  })

  it('made by other means is made safe in place', async function () {
    this.timeout(60_000)
    const { variables } = await stage()
    const { url, drop } = await freshDatabase('with signing keys') // stands for a copy: no process uses it
    afterTest(drop)
    await query(url, `insert into rate_limits (key) values ('somebody')`)

    const ended = await answered<{ keys: number }>(['restore', '--in-place'], {
      ...variables,
      DATABASE_URL: url,
    })

    expect(ended.keys).to.be.greaterThan(0)
    expect(await keysIn(url)).to.equal(0)
    expect(await query(url, 'select 1 from rate_limits')).to.deep.equal([])
    const used = await command(['restore', '--in-place'], variables)
    expect(used.stderr).to.include('Stop every process')
  })

  it('knows of every table whether it belongs in', async () => {
    const { url, drop } = await freshDatabase()
    afterTest(drop)
    const rows = await query(
      url,
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`,
    )
    const names = rows.map(({ name }) => String(name))
    expect(names.filter((name) => !leftOut.has(name))).to.deep.equal(kept)
    expect(names).to.include.members([...leftOut])
  })
})

/** A new table is written down here, or in left-out.ts when a row of it could let somebody in, or was ended meanwhile. */
const kept = [
  ...['account_merges', 'api_clients', 'apis', 'assignments'],
  ...[
    'audit_chain',
    'audit_checkpoints',
    'audit_inbox',
    'audit_machine_issues',
    'audit_person_keys',
    'audit_records',
  ],
  ...[
    'claim_hooks',
    'claim_mappings',
    'client_documents',
    'client_registrations',
    'client_secrets',
    'clients',
  ],
  ...['consents', 'custom_fields', 'deliveries', 'enrolment_offers', 'factor_tries', 'factors'],
  ...[
    'identity_providers',
    'kept_subjects',
    'last_sign_ins',
    'linked_issuers',
    'lockout_alarm',
    'lockout_buckets',
  ],
  ...['login_events', 'mail_suppressions', 'outbox_deliveries', 'outbox_events', 'passkeys', 'profiles'],
  ...['provider_domains', 'recovery_codes', 'registration_tokens', 'roles', 'session_epochs', 'settings'],
  ...['sign_in_code_tries', 'signal_events', 'signal_silences', 'signal_streams', 'signing_keys'],
  ...['statistics_days', 'statistics_people', 'statistics_progress', 'subjects', 'trusted_issuers'],
  ...['user_credentials', 'user_identities', 'users', 'webhooks'],
]

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

const keysIn = async (url: string): Promise<number> =>
  (await query(url, 'select 1 from signing_keys where sealed_jwk is not null')).length

/** The text with an end that fits it. */
function signedAnew(text: string): string {
  const body = text.slice(0, text.lastIndexOf('-- '))
  return `${body}-- ${JSON.stringify({ sha256: sha256Hex(body) })}\n`
}
