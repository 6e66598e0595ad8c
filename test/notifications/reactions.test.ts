import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { setPassword } from '../../src/features/credentials/index.ts'
import { publish } from '../../src/features/outbox/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { mailsTo, mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

describe('what people are told without asking', () => {
  const stage = sharedStage(undefined, { worker: true })

  const tell = (
    { app }: Stage,
    userId: string,
    type: 'auth.device.added' | 'auth.refresh.reused',
    data = {},
  ) => transaction(app.db, (tx) => publish(tx, app.clock.now(), bySystem, { type, subject: userId, data }))

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
    await tell(stage(), ann.id, 'auth.device.added', {
      deviceId: '1',
      browser: 'Firefox on Linux',
      place: 'Wien, AT',
    })
    const mail = await mailTo(app, ann.email, 'new-device')
    expect(mail.text).to.include('Gerät: Firefox on Linux').and.include('Ort: Wien, AT')
  })

  it('nothing, once the account is deleted', async () => {
    const { app } = stage()
    const [ann, bob] = [await person(app), await person(app)]
    await setUserStatus(app, bySystem, ann.id, 'deleted', 'asked for')
    await tell(stage(), ann.id, 'auth.device.added', { browser: 'Firefox', place: null })
    await tell(stage(), bob.id, 'auth.device.added', { browser: 'Firefox', place: null })
    await mailTo(app, bob.email, 'new-device')
    const delivered = async () =>
      (await app.db('outbox_events').where({ subject: ann.id }).whereNull('delivered_at')).length === 0
    for (let wait = 0; wait < 100 && !(await delivered()); wait++)
      await new Promise((done) => setTimeout(done, 30))
    expect(await app.db('mails').where({ user_id: ann.id })).to.be.empty
  })
})
