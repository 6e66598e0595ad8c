import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { removeRole } from '../../src/features/authorization/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { chainAll } from '../audit/support.ts'
import { keepSecret } from '../support/canary.ts'
import type { Ended } from '../support/command.ts'
import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'
import { file, signIn } from './signed-in.ts'

describe('commands of every kind at a running service', function () {
  this.timeout(60_000)

  it('do there what they do on the database, and say in a sentence what they are refused', async () => {
    const opened = await stage({ worker: true })
    const { app, issuer } = opened
    const admin = await person(app, { role: 'root_admin' })
    const { home, gatehouse, json } = await signIn(opened, admin)

    const made = await gatehouse('client', 'create', '--name', 'Tides', '--grant', 'client_credentials')
    expect(made.code, made.stderr).to.equal(0)
    const [, id = '', secret = ''] =
      /^client id: +(\S+)\nclient secret: (\S+) \(shown once\)\n$/.exec(made.stdout) ?? []
    keepSecret(secret)
    expect(secret).to.have.lengthOf.above(20)
    const shown = await gatehouse('client', 'show', id)
    expect([shown.stdout.includes('Tides'), shown.stdout.includes(secret)]).to.deep.equal([true, false])

    const written = join(home, 'client.json')
    const whole = await json('client', 'show', id)
    writeFileSync(
      written,
      JSON.stringify({ ...whole, client_name: 'Ebb', policy_uri: 'https://tides.example/p' }),
    )
    expect(await json('client', 'replace', id, written)).to.include({ client_name: 'Ebb' })
    writeFileSync(written, '{"client_name":"Tides","grant_types":["client_credentials"]}')
    const replaced = await json('client', 'replace', id, written)
    expect(replaced).to.include({ client_name: 'Tides' }).and.not.to.have.property('policy_uri')

    const { keys } = await json<{ keys: { state: string }[] }>('key', 'list')
    expect(keys.map(({ state }) => state)).to.include('active')
    expect(await json('settings', 'set', 'registration.mode', 'closed')).to.deep.equal({
      key: 'registration.mode',
      value: 'closed',
    })
    expect((await gatehouse('settings', 'get', 'registration.mode')).stdout).to.equal('closed\n')
    const hook = await json<{ id: string; secret: string }>(
      ...['webhook', 'create', 'https://tides.example/events', '--event', 'auth.user.created'],
    )
    keepSecret(hook.secret)
    expect((await json<{ id: string }[]>('webhook', 'list')).map((one) => one.id)).to.deep.equal([hook.id])
    expect((await json<{ days: unknown[] }>('stats')).days).to.have.lengthOf.above(0)
    expect(await json<{ jobs: unknown[] }>('job', 'list')).to.deep.equal({ jobs: [] })
    const { records } = await json<{ records: { actor: { id: string } }[] }>(
      ...['audit', 'list', '--action', 'client.created', '--target', id],
    )
    expect(records.map(({ actor }) => actor.id)).to.deep.equal([admin.id])

    await chainAll(app)
    const verified = await json<Verified>('audit', 'verify')
    expect(verified).to.include({ whole: true, first: null })
    expect(verified.classes.map((one) => one.class)).to.deep.equal(['governance', 'sign-in', 'token'])
    await forge(app)
    const forged = await gatehouse('audit', 'verify')
    expect(forged.code).to.equal(1)
    expect(forged.stdout).to.match(/^sign-in +NOT WHOLE \(edited\)/m)
    expect(forged.stderr).to.match(
      /^The audit log is not whole\.\nfirst bad record: sign-in \d+, record [\w-]+: edited/,
    )
    const kept = join(home, 'audit.ndjson')
    const since = ['--class', 'governance', '--since', '2020-01-01']
    expect(await gatehouse('audit', 'export', '--personal', ...since, '--output', kept)).to.include({
      code: 0,
    })
    expect(statSync(kept).mode & 0o777).to.equal(0o600)
    const lines = readFileSync(kept, 'utf8').trimEnd().split('\n')
    const first = JSON.parse(lines[0] ?? '') as object
    expect(first).to.deep.include({ action: 'audit.exported', actor: { type: 'user', id: admin.id } })
    expect((await gatehouse('audit', 'export', '--personal', ...since)).stdout).to.include('client.created')

    const document = join(home, 'gatehouse.yaml')
    const [people, out] = [join(home, 'people.ndjson'), join(home, 'out.csv')] as const
    const exported = await gatehouse('export', '-o', document)
    expect([exported.code, statSync(document).mode & 0o777], exported.stderr).to.deep.equal([0, 0o600])
    expect(await json('plan', '-f', document)).to.deep.include({ changes: [] })
    const wanted = 'version: 1\napis:\n  https://ebb.example/:\n    name: Ebb\n'
    writeFileSync(document, wanted)
    expect((await gatehouse('plan', '-f', document)).code).to.equal(2)
    const summary = { create: 1, change: 0, delete: 0 }
    expect(await json('apply', '-f', document, '--yes')).to.deep.include({ summary, applied: true })
    expect(await gatehouse('plan', '-f', document)).to.include({ code: 0, stdout: 'Nothing to change.\n' })

    writeFileSync(people, '{"email":"bob@example.com"}\n{"name":"nobody"}\n')
    const brought = await json<{ id: string }>('user', 'import', people)
    expect(brought).to.include({ state: 'done', created: 1, failed: 1 })
    const rows = await json<{ line: number }[]>('user', 'import-report', brought.id, '--outcome', 'failed')
    expect(rows.map(({ line }) => line)).to.deep.equal([2])
    expect((await json<{ id: string }[]>('import', 'list')).map((one) => one.id)).to.deep.equal([brought.id])
    expect((await gatehouse('user', 'export', '--output', out)).code).to.equal(0)
    expect(readFileSync(out, 'utf8')).to.include('bob@example.com')
    expect((await gatehouse('user', 'export')).stdout).to.include('bob@example.com')

    const all = 'users:read:any'
    await json('permission', 'give', all, id, '--client', '--deny', '--until', '2099-01-01T00:00:00Z')
    expect((await gatehouse('client', 'roles', id)).stdout).to.match(/^deny users:read:any .* until 2099-/)
    expect((await gatehouse('permission', 'explain', all, id, '--client')).stdout).to.equal(
      `${id} may not ${all}: denied\nby ${all}, direct\n`,
    )
    expect(await json('permission', 'explain', all, admin.id)).to.include({
      allowed: true,
      reason: 'granted',
    })
    expect(await json('permission', 'take', all, id, '--client', '--deny')).to.include({ taken: true })
    expect(await json('client', 'roles', id)).to.deep.equal([])
    expect((await json<{ name: string }[]>('permission', 'list')).map(({ name }) => name)).to.include(all)
    expect((await gatehouse('role', 'holders', 'root_admin')).stdout).to.include(admin.id)

    const refused = async (...words: string[]): Promise<string> => refusalOf(await gatehouse(...words))
    expect(await refused('webhook', 'create', 'not a URL'), 'with the field').to.match(/^ {2}url: /m)
    expect(await refused('client', 'update', id, '{"client_name":7}')).to.match(/^ {2}client_name: /m)
    expect(await refused('import', 'cancel', brought.id), 'what is done').to.match(/^This import/)
    expect(await refused('client', 'replace', admin.id, written), 'no such client').to.match(/^There is no/)
    writeFileSync(written, '{"client_id":"gh_other","client_name":"x"}')
    expect(await refused('client', 'replace', id, written)).to.equal(
      `the file is of "gh_other", not of ${id}\n`,
    )
    writeFileSync(written, '{"client_name":"x","colour":"blue"}')
    expect(await refused('client', 'replace', id, written)).to.include('colour')
    expect(await refused('client', 'replace', id, join(home, 'none.json'))).to.match(/cannot be read/)
    expect(await refused('permission', 'explain', all, 'nobody@example.com')).to.match(
      /^There is no such user/,
    )
    expect(await refused('audit', 'export'), 'it would be in clear').to.match(/say --personal, or --local/)
    expect(await refused('audit', 'verify', '--checkpoint', written)).to.match(/^A service compares with/)
    expect(await refused('export', '--users')).to.match(/^A server gives nobody/)
    writeFileSync(document, 'version: 1\nsettings:\n  registration.mode: { env: HOME }\n')
    expect(await refused('plan', '-f', document)).to.include('registration.mode')
    expect(await refused('job', 'retry', '4711')).to.match(/^There is no such job/)

    await person(app, { role: 'root_admin' }) // the last one keeps the role
    const theirs = { principal: { type: 'user', id: admin.id }, role: 'root_admin' } as const
    await transaction(app.db, (tx) => removeRole(app, tx, bySystem, theirs))
    expect(await refused('stats'), 'who may not').to.match(/^You may not do this/)

    const signIns = readFileSync(file(home), 'utf8')
    const keep = (change: (text: string) => string) => {
      writeFileSync(file(home), change(signIns))
    }
    const again = `You are not signed in.\nSign in with: gatehouse login ${issuer}\n`
    keep((text) => text.replace(/"access": "[^"]+"/, '"access": "not-a-token"'))
    expect(await refused('stats'), 'a token that is not taken').to.equal(again)
    keep((text) =>
      text
        .replace(/"refresh": "[^"]+"/, '"refresh": "not-a-token"')
        .replace(/"expiresAt": "[^"]+"/, '"expiresAt": "2020-01-01T00:00:00.000Z"'),
    )
    expect(await refused('stats'), 'one that has run out, and cannot be renewed').to.equal(again)
    keep((text) => text.replaceAll(issuer, 'http://127.0.0.1:9'))
    expect(await refused('stats')).to.equal(
      'The server does not answer.\nNothing answers at http://127.0.0.1:9, or not in time.\n',
    )
  })
})

interface Verified {
  whole: boolean
  first: object | null
  classes: { class: string }[]
}

/** As who owns the schema could: no trigger runs. */
const forge = (app: Gatehouse): Promise<void> =>
  app.db.transaction(async (tx) => {
    await tx.raw('set local session_replication_role = replica')
    await tx('audit_records').where({ action: 'session.started' }).update({ reason: 'forged' })
  })

/** What stands on standard error of a command that was refused: sentences, and nothing of how it is built. */
function refusalOf({ code, stdout, stderr }: Ended): string {
  expect([code, stdout], stderr).to.deep.equal([1, ''])
  expect(stderr).not.to.match(/ at .*\.ts|TypeError/)
  return stderr
}
