import { expect } from 'chai'

import {
  changeSetting,
  openSettings,
  readSetting,
  resetSetting,
  showSettings,
} from '../../src/features/settings/index.ts'
import type { By } from '../../src/platform/app.ts'
import { parts } from '../support/parts.ts'
import { serviceAccount } from './service-account.ts'

const root: By = {
  actor: { type: 'user', id: 'root' },
  origin: { requestId: 'r-1', ip: '192.0.2.1', userAgent: 'test' },
}

const refused = (change: Promise<void>): Promise<unknown> =>
  change.then(
    () => 'was accepted',
    (error: unknown) => error,
  )

describe('changing a setting', () => {
  it('holds for the client, else its organization, else the system, else there is the default', async () => {
    const app = await parts()
    const shop = await serviceAccount(app)
    const scope = { organizationId: 'acme', clientId: shop }
    const read = () => readSetting(app.db, 'languages.default', scope)
    const seen = [await read()]

    await changeSetting(app, root, 'languages.default', 'de')
    seen.push(await read())
    await changeSetting(app, root, 'languages.default', 'fr', { organizationId: 'acme' })
    seen.push(await read())
    await changeSetting(app, root, 'languages.default', 'it', { clientId: shop })
    seen.push(await read())
    await resetSetting(app, root, 'languages.default', { organizationId: 'acme' })
    await resetSetting(app, root, 'languages.default', { clientId: shop })
    seen.push(await read())

    expect(seen).to.deep.equal(['en', 'de', 'fr', 'it', 'de'])
    const crossed = { organizationId: shop, clientId: 'acme' } // an id of the one kind says nothing about the other
    await changeSetting(app, root, 'languages.default', 'it', { clientId: shop })
    expect(await readSetting(app.db, 'languages.default', crossed)).to.equal('de')
  })

  it('is audited with both values and announced without them', async () => {
    const app = await parts()

    await changeSetting(app, root, 'languages.default', 'de', { organizationId: 'acme' })
    await changeSetting(app, root, 'languages.default', 'fr', { organizationId: 'acme' })
    await resetSetting(app, root, 'languages.default', { organizationId: 'acme' })

    const place = { scope: 'organization', scopeId: 'acme' }
    const records = await app
      .db('audit_records')
      .orderBy('id')
      .select('action', 'actor_id', 'target_id', 'organization_id', 'changes', 'details')
    const expected = {
      actor_id: 'root',
      target_id: 'languages.default',
      organization_id: 'acme',
      details: place,
    }
    expect(records).to.deep.equal([
      {
        ...expected,
        action: 'setting.changed',
        changes: { before: { value: null }, after: { value: 'de' } },
      },
      {
        ...expected,
        action: 'setting.changed',
        changes: { before: { value: 'de' }, after: { value: 'fr' } },
      },
      {
        ...expected,
        action: 'setting.reset',
        changes: { before: { value: 'fr' }, after: { value: null } },
      },
    ])
    const events = await app.db('outbox_events').select('type', 'subject', 'data')
    const event = { type: 'auth.setting.changed', subject: 'languages.default' }
    expect(events).to.deep.equal(
      Array.from({ length: 3 }, () => ({ ...event, data: { key: 'languages.default', ...place } })),
    )
  })

  it('says nothing when nothing changes', async () => {
    const app = await parts()
    await changeSetting(app, root, 'password.minimum_length', 15)

    await changeSetting(app, root, 'password.minimum_length', 15)
    await resetSetting(app, root, 'registration.mode')

    expect(await app.db('audit_records').select('action')).to.deep.equal([{ action: 'setting.changed' }])
  })

  it('audits every step of two changes that race for a setting nobody had touched', async () => {
    const app = await parts()

    await Promise.all(
      [13, 14, 15, 16].map((length) => changeSetting(app, root, 'password.minimum_length', length)),
    )

    const rows = await app.db('audit_records').pluck('changes')
    const steps = rows as { before: { value: number | null }; after: { value: number } }[]
    const befores = steps.map(({ before }) => before.value)
    expect(new Set(befores)).to.have.property('size', 4)
    expect(befores).to.include(null)
  })

  const wrong: [what: string, key: string, value: unknown, scope: object, code: string][] = [
    ['an unknown setting', 'registration.mood', 'open', {}, 'setting_not_found'],
    ['a name every object has', 'constructor', 'open', {}, 'setting_not_found'],
    ['a value outside the list', 'registration.mode', 'ajar', {}, 'setting_invalid'],
    ['an access token that lives too long', 'token.access_seconds', 3601, {}, 'setting_invalid'],
    ['an access token that lives too short', 'token.access_seconds', 59, {}, 'setting_invalid'],
    ['a number as text', 'token.access_seconds', '300', {}, 'setting_invalid'],
    ['a part of a second', 'token.access_seconds', 300.5, {}, 'setting_invalid'],
    ['passwords of seven characters', 'password.minimum_length', 7, {}, 'setting_invalid'],
    ['nothing', 'password.minimum_length', null, {}, 'setting_invalid'],
    ['a brand without colours', 'brand', { name: 'Acme', logoUrl: null }, {}, 'setting_invalid'],
    [
      'a colour that is a style',
      'brand',
      { ...brand(), accent: 'red;}body{display:none' },
      {},
      'setting_invalid',
    ],
    [
      'a logo that is a script',
      'brand',
      { ...brand(), logoUrl: 'javascript:alert(1)' },
      {},
      'setting_invalid',
    ],
    [
      'a logo over plain http',
      'brand',
      { ...brand(), logoUrl: 'http://example.com/a.png' },
      {},
      'setting_invalid',
    ],
    [
      'a client of a setting for the system',
      'tokens.signing_profile',
      'eddsa',
      { clientId: 'shop' },
      'setting_scope_not_allowed',
    ],
    [
      'a client and an organization at once',
      'brand',
      brand(),
      { clientId: 'a', organizationId: 'b' },
      'setting_scope_not_allowed',
    ],
    ['a client without a name', 'brand', brand(), { clientId: '' }, 'setting_scope_not_allowed'],
  ]
  it('refuses every unknown key, unfit value and impossible scope', async () => {
    const app = await parts()

    for (const [what, key, value, scope, code] of wrong) {
      expect(await refused(changeSetting(app, root, key, value, scope)), what).to.have.property('code', code)
    }
    expect(await app.db('settings').select('key')).to.deep.equal([])
  })

  it('tells which field of a larger value is wrong', async () => {
    const app = await parts()

    const problem = await refused(changeSetting(app, root, 'brand', { ...brand(), accent: 'blue' }))

    expect(problem).to.have.nested.property('options.fields[0].field', 'accent')
  })
})

describe('a stored value that this release does not understand', () => {
  it('is not read as the default, which might open what somebody closed', async () => {
    const app = await parts()
    const settings = openSettings(app)
    await app.db('settings').insert({
      key: 'registration.mode',
      scope: 'system',
      scope_id: '',
      value: '"by-committee"',
      changed_at: app.clock.now(),
    })

    const answer = await settings.get('registration.mode').catch((error: unknown) => error)

    expect(answer).to.be.instanceOf(Error)
    expect(await settings.get('password.policy')).to.equal('standard')
    const view = (await showSettings(app.db)).find(({ key }) => key === 'registration.mode')
    expect(view).to.have.property('value', 'by-committee')
  })
})

function brand() {
  return { name: 'Acme', logoUrl: 'https://example.com/logo.png', accent: '#112233', accentDark: '#ddeeff' }
}
