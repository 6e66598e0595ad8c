import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { setPassword } from '../../src/features/credentials/index.ts'
import { rememberDevice } from '../../src/features/devices/index.ts'
import { publish } from '../../src/features/outbox/index.ts'
import { type By, bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { mailsTo, mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

describe('what people are told without asking', () => {
  const stage = sharedStage(undefined, { worker: true })

  const tell = ({ app }: Stage, userId: string, type: 'auth.refresh.reused') =>
    transaction(app.db, (tx) => publish(tx, app.clock.now(), bySystem, { type, subject: userId, data: {} }))

  const signInOn = (userId: string, userAgent: string) => {
    const { app } = stage()
    const by: By = { ...bySystem, origin: { requestId: 'x', ip: '192.0.2.7', userAgent } }
    return transaction(app.db, (tx) => rememberDevice(tx, app.clock.now(), by, userId, null))
  }

  it('a changed password, but not the first', async () => {
    const { app } = stage()
    const ann = await person(app)
    await tell(stage(), ann.id, 'auth.refresh.reused')
    await mailTo(app, ann.email, 'refresh-reused') // by now the events before were seen
    expect((await mailsTo(app, ann.email)).map(({ letter }) => letter)).to.deep.equal(['refresh-reused'])

    await transaction(app.db, (tx) => setPassword(app, tx, bySystem, ann.id, 'another quiet harbour at dawn'))

    expect(await mailTo(app, ann.email, 'password-changed')).to.include({ userId: ann.id })
  })

  it('a new device, with its browser and place, in the language of the person', async () => {
    const { app } = stage()
    const ann = await person(app)
    await app.db('users').where({ id: ann.id }).update({ locale: 'de-AT' })
    await signInOn(ann.id, firefox)
    await signInOn(ann.id, chrome)
    const mail = await mailTo(app, ann.email, 'new-device')
    expect(mail.text).to.include('Gerät: Chrome, Windows').and.include('Ort: 192.0.2.7')
  })

  it('nothing, once the account is deleted', async () => {
    const { app } = stage()
    const [ann, bob] = [await person(app), await person(app)]
    await setUserStatus(app, bySystem, ann.id, 'deleted', 'asked for')
    await tell(stage(), ann.id, 'auth.refresh.reused')
    await tell(stage(), bob.id, 'auth.refresh.reused')
    await mailTo(app, bob.email, 'refresh-reused')
    const delivered = async () =>
      (await app.db('outbox_events').where({ subject: ann.id }).whereNull('delivered_at')).length === 0
    for (let wait = 0; wait < 100 && !(await delivered()); wait++)
      await new Promise((done) => setTimeout(done, 30))
    expect(await app.db('mails').where({ user_id: ann.id })).to.be.empty
  })

  it('RT-01: a refresh token that came back after its successor was used', async () => {
    const { app } = stage()
    const [ann, client] = [await person(app), await relyingParty(app)]
    const { tokens } = await client.signIn(ann)
    const next = await client.refresh(tokens.refresh_token ?? '')
    await client.refresh(next.refresh_token ?? '')
    const again = await client.refresh(tokens.refresh_token ?? '').catch((error: unknown) => error)
    expect(again).to.include({ error: 'invalid_grant' })
    expect(await mailTo(app, ann.email, 'refresh-reused')).to.include({ userId: ann.id })
  })
})
