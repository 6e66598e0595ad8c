import { expect } from 'chai'

import { openDns } from '../../src/platform/dns.ts'
import { dnsServer } from '../support/dns-server.ts'

describe('a question for TXT records', () => {
  it('is answered with every record, each put together from its parts', async () => {
    const server = await dnsServer()
    const long = 'x'.repeat(300)
    server.records.set('example.com', { texts: ['one', long] })

    const answer = await openDns([server.address]).texts('example.com')

    expect(answer).to.deep.equal({ outcome: 'found', texts: ['one', long] })
  })

  it('tells what is not there from what nobody could say', async () => {
    const server = await dnsServer()
    server.records.set('empty.example.com', 'nothing')
    server.records.set('broken.example.com', 'failing')
    const dns = openDns([server.address])

    expect(await dns.texts('gone.example.com')).to.deep.equal({ outcome: 'none' })
    expect(await dns.texts('empty.example.com')).to.deep.equal({ outcome: 'none' })
    expect(await dns.texts('broken.example.com')).to.deep.equal({ outcome: 'unknown', reason: 'ESERVFAIL' })
  })

  it('has a deadline', async () => {
    const server = await dnsServer()
    server.records.set('slow.example.com', 'silent')

    const answer = await openDns([server.address]).texts('slow.example.com')

    expect(answer).to.deep.equal({ outcome: 'unknown', reason: 'ETIMEOUT' })
  })
})
