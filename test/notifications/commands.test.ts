import { expect } from 'chai'
import { Command } from 'commander'

import type { Gatehouse } from '../../src/app.ts'
import { commands as invitationCommands } from '../../src/features/invitations/index.ts'
import { commands } from '../../src/features/notifications/index.ts'
import { Problem } from '../../src/platform/errors.ts'
import { mailServer } from '../support/mail-server.ts'
import { mailTo } from '../support/mailbox.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { deliver, stateOf, writeReset } from './support.ts'

/** Runs `gatehouse …` in this process; what it writes, or the code it fails with. */
async function gatehouse(app: Gatehouse, ...words: string[]): Promise<string> {
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  invitationCommands(program, () => Promise.resolve(app))
  const write = process.stdout.write.bind(process.stdout)
  let out = ''
  process.stdout.write = (text) => Boolean((out += String(text)))
  try {
    await program.parseAsync(words, { from: 'user' })
    return out
  } catch (error) {
    return error instanceof Problem ? error.code : String(error)
  } finally {
    process.stdout.write = write
  }
}

describe('gatehouse mail', () => {
  const app = sharedStage(async (built) => built.app)

  it('lists what was written, without addresses and links, and shows a mail of the local mailbox', async () => {
    const id = await writeReset(app())
    const listed = await gatehouse(app(), 'mail', 'list', '--json')
    expect(listed)
      .to.include(id)
      .and.include('"state":"kept"')
      .and.not.match(/example\.com|recovery\//)
    const shown = JSON.parse(await gatehouse(app(), 'mail', 'show', id, '--json')) as object
    expect(shown).to.include({
      to: 'ann@example.com',
      url: `${app().config.issuer}/recovery/${'x'.repeat(43)}`,
    })
    expect(await gatehouse(app(), 'mail', 'list')).to.include('reset-password')
  })

  it('suppresses an address and lifts it again, and says whether that changed anything', async () => {
    const said: string[] = []
    for (const verb of ['suppress', 'suppress', 'unsuppress', 'unsuppress'])
      said.push((await gatehouse(app(), 'mail', verb, 'Eve@example.com', '--json')).trim())
    expect(said).to.deep.equal([
      '{"changed":true}',
      '{"changed":false}',
      '{"changed":true}',
      '{"changed":false}',
    ])
    expect(await gatehouse(app(), 'mail', 'suppress', 'nobody')).to.equal('mail_address_invalid')
  })

  it('mails an invitation and does not print its link', async () => {
    const words = ['invitation', 'create', '--email', 'bob@example.com', '--send', '--language', 'de']
    const said = await gatehouse(app(), ...words)
    expect(said).to.equal('The invitation is on its way to bob@example.com.\n')
    expect((await mailTo(app(), 'bob@example.com', 'invitation')).subject).to.include('eingeladen')
    expect(await gatehouse(app(), 'invitation', 'create', '--send')).to.equal('invitation_email_invalid')
  })

  it('tests the way to the server, and shows no mail that is on its way', async () => {
    const server = await mailServer()
    const { app: posting } = await stage({ variables: { SMTP_URL: server.url, MAIL_FROM: 'id@example.com' } })
    expect(await gatehouse(posting, 'mail', 'test', 'ann@example.com')).to.equal('sent\n')
    expect(server.received[0]?.raw).to.include('It works')
    server.answers.recipient = [550, '5.1.1 No such user']
    expect(await gatehouse(posting, 'mail', 'test', 'ann@example.com')).to.match(
      /^bounced: EENVELOPE RCPT TO 550/,
    )
    const id = await writeReset(posting)
    expect(await gatehouse(posting, 'mail', 'show', id)).to.equal('mail_not_found')
    await deliver(posting, id)
    expect((await stateOf(posting, id)).state).to.equal('bounced')
    await gatehouse(posting, 'mail', 'unsuppress', 'ann@example.com')
    expect(await posting.db('mail_suppressions')).to.be.empty
  })
})
