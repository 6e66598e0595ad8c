import { expect } from 'chai'

import { createProvider } from '../../src/features/federation/providers/create-provider.ts'
import { rewrapSecrets } from '../../src/features/federation/providers/rewrap-secrets.ts'
import { list } from '../../src/features/federation/providers/repository.ts'
import { NewProvider } from '../../src/features/federation/providers/schema.ts'
import { openValue, sealValue } from '../../src/features/federation/providers/sealed-secret.ts'
import { bySystem } from '../../src/platform/app.ts'
import { randomBytes, secret } from '../../src/platform/crypto/index.ts'
import { type Parts, parts } from '../support/parts.ts'
import { google, someSecret } from './support.ts'

const key = (id: string) => ({ id, bytes: randomBytes(32) })
const [old, fresh] = [key('old'), key('new')]

const keyed = (app: Parts, ...keys: { id: string; bytes: Buffer }[]): Parts => ({
  ...app,
  config: { ...app.config, keyEncryptionKeys: secret(keys) },
})

const opened = async (app: Parts): Promise<string | null> => {
  const [provider] = await list(app.db)
  return provider?.secret ? openValue(app.config, `identity-provider:${provider.id}`, provider.secret) : null
}

describe('the secret of a provider', () => {
  it('stands sealed in the database, and opens as its own only', async () => {
    const app = keyed(await parts(), old)
    await createProvider(app, bySystem, NewProvider.parse(google))
    const [provider] = await list(app.db)
    const sealed = provider?.secret ?? sealValue(app.config, 'identity-provider:x', '')

    expect(sealed.sealed.includes(someSecret)).to.equal(false)
    expect(await opened(app)).to.equal(someSecret)
    expect(openValue(app.config, 'identity-provider:another', sealed)).to.equal(null)
    expect(openValue(app.config, `upstream-tokens:${provider?.id ?? ''}`, sealed)).to.equal(null)
    expect(openValue(keyed(app, fresh).config, `identity-provider:${provider?.id ?? ''}`, sealed)).to.equal(
      null,
    )
  })

  it('is sealed anew under the first key, once, and needs the older one no more', async () => {
    const app = keyed(await parts(), old)
    await createProvider(app, bySystem, NewProvider.parse(google))
    const both = keyed(app, fresh, old)

    expect(await rewrapSecrets(both, bySystem)).to.deep.equal({
      rewrapped: 1,
      alreadyCurrent: 0,
      unopened: [],
    })
    expect(await rewrapSecrets(both, bySystem)).to.deep.equal({
      rewrapped: 0,
      alreadyCurrent: 1,
      unopened: [],
    })

    expect(await opened(keyed(app, fresh))).to.equal(someSecret)
    expect((await list(app.db)).map(({ revision }) => revision)).to.deep.equal([2])
    const records = await app
      .db('audit_records')
      .where({ action: 'provider.rewrapped' })
      .select<{ details: object }[]>('details')
    expect(records).to.deep.equal([{ details: { from: 'old', to: 'new' } }])
  })

  it('is named when no key opens it, and left as it is', async () => {
    const app = keyed(await parts(), old)
    await createProvider(app, bySystem, NewProvider.parse(google))

    expect(await rewrapSecrets(keyed(app, fresh), bySystem)).to.deep.include({
      rewrapped: 0,
      unopened: ['google'],
    })
    expect(await opened(app)).to.equal(someSecret)
  })
})
