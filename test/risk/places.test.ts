import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

import { openRisk } from '../../src/features/risk/index.ts'
import { followFile } from '../../src/features/risk/places/followed-file.ts'
import { readGeoip } from '../../src/features/risk/places/geoip.ts'
import { readNetworks } from '../../src/features/risk/places/networks.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { openLog } from '../../src/platform/log.ts'
import { mmdb } from '../support/mmdb.ts'
import { until } from '../support/process.ts'

const log = openLog('silent')

const refusalOf = (opening: Promise<unknown>): Promise<unknown> =>
  opening.then(
    () => null,
    (error: unknown) => error,
  )

describe('where network addresses are', () => {
  const file = mmdb([
    { network: '192.0.2.0/24', country: 'AT', latitude: 48.2, longitude: 16.37, radius: 5 },
    { network: '2001:db8::/32', country: 'AU', latitude: -33.87, longitude: 151.2 },
    { network: '198.51.100.0/24', country: 'DE' },
  ])

  it('is read from a MaxMind DB', () => {
    const { find, type } = readGeoip(file)
    expect(type).to.equal('Test-City')
    const vienna = { country: 'AT', point: { latitude: 48.2, longitude: 16.37, radius: 5 } }
    expect(find('192.0.2.7')).to.deep.equal(vienna)
    expect(find('::ffff:192.0.2.7')).to.deep.equal(vienna)
    expect(find('2001:db8:1::7')).to.deep.equal({
      country: 'AU',
      point: { latitude: -33.87, longitude: 151.2, radius: 50 },
    })
    expect(find('198.51.100.7')).to.deep.equal({ country: 'DE', point: null })
    for (const ip of ['127.0.0.1', '10.0.0.1', '', 'not an address']) expect(find(ip), ip).to.equal(null)
  })

  it('is not read from anything else', () => {
    expect(() => readGeoip(Buffer.from('these are no places'))).to.throw()
  })
})

describe('a list of networks', () => {
  it('knows which addresses are in one, alone, within and across', async () => {
    const { has, size } = await readNetworks(
      [
        '# exits',
        '192.0.2.0/24',
        '192.0.2.128/25 # within',
        '192.0.3.0/24',
        '198.51.100.7',
        '',
        '2001:db8:1::/48\r',
        '2001:db8:ffff::1',
      ].join('\n'),
    )
    expect(size).to.equal(4) // the first three are one
    for (const ip of [
      '192.0.2.0',
      '192.0.3.255',
      '198.51.100.7',
      '::ffff:192.0.2.1',
      '2001:db8:1:2::3',
      '2001:db8:ffff::1',
    ])
      // prettier-ignore
      expect(has(ip), ip).to.equal(true)
    for (const ip of [
      '192.0.1.255',
      '192.0.4.0',
      '198.51.100.6',
      '198.51.100.8',
      '2001:db8:2::',
      '2001:db8:ffff::2',
      '::1',
      '',
      'x',
    ])
      // prettier-ignore
      expect(has(ip), ip).to.equal(false)
  })

  it('names the line that is none', async () => {
    for (const wrong of ['192.0.2.0/33', '192.0.2', '127.1', 'exit.example.com', '192.0.2.0/24,192.0.3.0/24'])
      expect(await refusalOf(readNetworks(`192.0.2.0/24\n${wrong}`)), wrong).to.include({
        message: 'line 2 is no address and no network like 192.0.2.0/24',
      })
  })

  it('is read and asked quickly with a hundred thousand lines', async () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, n) => `10.${n >> 10}.${(n >> 2) & 255}.${(n & 3) * 64}/27`,
    )
    const { has, size } = await readNetworks(lines.join('\n'))
    expect(size).to.equal(100_000)
    const began = performance.now()
    let hits = 0
    for (let turn = 0; turn < 10_000; turn++) if (has(`10.${turn % 98}.7.${turn % 256}`)) hits++
    expect(performance.now() - began, 'milliseconds for ten thousand').to.be.below(1000)
    expect(hits).to.equal(39 * 128 + 16) // the lower half of each /26
  })
})

describe('a file that is followed', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-risk-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('is read again when it is written or replaced, and what cannot be used changes nothing', async () => {
    const path = join(folder, 'list')
    writeFileSync(path, '192.0.2.0/24')
    const followed = await followFile(log, {
      ...{ path, variable: 'ANONYMISER_LIST', everyMs: 20 },
      read: (bytes) => readNetworks(bytes.toString()),
    })
    try {
      expect(followed.current().has('192.0.2.1')).to.equal(true)
      writeFileSync(path, '198.51.100.0/24\n')
      await until(async () => followed.current().has('198.51.100.1'))
      expect(followed.current().has('192.0.2.1')).to.equal(false)

      writeFileSync(path, 'nonsense, and longer than before')
      await new Promise((resolve) => setTimeout(resolve, 150))
      rmSync(path)
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect(followed.current().has('198.51.100.1')).to.equal(true)

      writeFileSync(join(folder, 'next'), '203.0.113.0/24')
      renameSync(join(folder, 'next'), path)
      await until(async () => followed.current().has('203.0.113.1'))
    } finally {
      followed.close()
    }
  })

  it('stops the start when it is named and cannot be used, by the name of its variable', async () => {
    const opened = (variables: Record<string, string>) =>
      refusalOf(openRisk({ log, config: readConfig({ DATA_DIR: join(folder, 'data'), ...variables }) }))
    const [missing, nonsense, list] = [join(folder, 'none'), join(folder, 'nonsense'), join(folder, 'list')]
    writeFileSync(nonsense, 'these are neither places nor networks')
    writeFileSync(list, '192.0.2.0/24')
    const refusals: [Record<string, string>, RegExp][] = [
      [{ GEOIP_FILE: missing }, /GEOIP_FILE .*ENOENT/],
      [{ GEOIP_FILE: folder }, /GEOIP_FILE .*EISDIR/],
      [{ GEOIP_FILE: nonsense }, /GEOIP_FILE/],
      [{ ANONYMISER_LIST: missing }, /ANONYMISER_LIST .*ENOENT/],
      [{ ANONYMISER_LIST: nonsense }, /ANONYMISER_LIST .*line 1 is no address/],
    ]
    for (const [variables, message] of refusals) {
      const refusal = await opened(variables)
      expect(refusal).to.include({ name: 'StartupError' })
      expect(String(refusal)).to.match(message)
    }
  })

  it('is absent without harm', async () => {
    const risk = await openRisk({ log, config: readConfig({ DATA_DIR: join(folder, 'data') }) })
    expect(risk.placeOf('192.0.2.1')).to.equal(null)
    expect(risk.isAnonymiser('192.0.2.1')).to.equal(null)
    risk.close()
  })
})
