import { expect } from 'chai'

import { factsOf } from '../../src/features/risk/assess-sign-in.ts'
import { assess, type Facts, type Reason } from '../../src/features/risk/reasons.ts'
import { distanceOf, isImpossible } from '../../src/features/risk/travel.ts'

const usual = { notify: 40, factor: 70, refuse: 101 }

const nothing: Facts = {
  device_new: false,
  network_new: null,
  country_new: null,
  travel_impossible: null,
  account_failures: false,
  network_failures: false,
  password_breached: null,
  anonymiser: null,
}

const given = (...reasons: Reason[]): Facts => ({
  ...nothing,
  ...Object.fromEntries(reasons.map((reason) => [reason, true])),
})

const cases: [Reason[], number, string][] = [
  [[], 0, 'allow'],
  [['device_new'], 25, 'allow'],
  [['device_new', 'network_new'], 35, 'allow'],
  [['network_new', 'country_new'], 35, 'allow'],
  [['device_new', 'country_new'], 50, 'notify'],
  [['device_new', 'network_new', 'country_new'], 60, 'notify'],
  [['device_new', 'network_new', 'anonymiser'], 55, 'notify'],
  [['device_new', 'network_new', 'password_breached'], 55, 'notify'],
  [['device_new', 'network_new', 'account_failures'], 55, 'notify'],
  [['device_new', 'network_new', 'network_failures'], 50, 'notify'],
  [['device_new', 'network_new', 'country_new', 'anonymiser'], 80, 'factor'],
  [['travel_impossible'], 70, 'factor'],
  [
    [
      ...(['device_new', 'network_new', 'country_new', 'travel_impossible'] as const),
      ...(['account_failures', 'network_failures', 'password_breached', 'anonymiser'] as const),
    ],
    100,
    'factor',
  ],
]

describe('how unusual a sign-in is', () => {
  for (const [reasons, score, verdict] of cases)
    it(`is ${score}, ${verdict}, for ${reasons.join(' + ') || 'nothing'}`, () => {
      expect(assess(given(...reasons), usual)).to.deep.equal({ score, reasons, verdict })
    })

  it('counts nothing for what is not known', () => {
    const unknown = Object.fromEntries(
      Object.keys(nothing).map((reason) => [reason, null]),
    ) as unknown as Facts
    expect(assess(unknown, { notify: 1, factor: 1, refuse: 1 })).to.deep.equal({
      ...{ score: 0, reasons: [], verdict: 'allow' },
    })
  })

  const thresholds: [number, number, number, number, string][] = [
    [50, 101, 101, 101, 'allow'],
    [100, 101, 101, 101, 'allow'],
    [50, 50, 101, 101, 'notify'],
    [50, 51, 101, 101, 'allow'],
    [50, 40, 50, 101, 'factor'],
    [50, 40, 50, 50, 'refuse'],
    [50, 90, 80, 50, 'refuse'], // the strictest that is reached, in whatever order they are set
    [50, 90, 50, 101, 'factor'],
  ]
  for (const [score, notify, factor, refuse, verdict] of thresholds)
    it(`of ${score} against ${notify}, ${factor} and ${refuse} is ${verdict}`, () => {
      const facts = score === 50 ? given('device_new', 'country_new') : given('travel_impossible', 'device_new', 'network_new') // prettier-ignore
      expect(assess(facts, { notify, factor, refuse }).verdict).to.equal(verdict)
    })
})

const vienna = { latitude: 48.2, longitude: 16.37, radius: 20 }
const berlin = { latitude: 52.52, longitude: 13.4, radius: 20 }
const sydney = { latitude: -33.87, longitude: 151.2, radius: 20 }

describe('travel', () => {
  it('is as long as the globe says', () => {
    expect(distanceOf(vienna, berlin)).to.be.closeTo(524, 5)
    expect(distanceOf(vienna, sydney)).to.be.closeTo(15_980, 60)
    expect(distanceOf({ ...vienna, longitude: 179.9 }, { ...vienna, longitude: -179.9 })).to.be.below(20)
    expect(distanceOf(vienna, vienna)).to.equal(0)
  })

  const hours: [string, typeof vienna, typeof vienna, number, boolean][] = [
    ['Vienna to Sydney in an hour', vienna, sydney, 1, true],
    ['Vienna to Sydney in a day', vienna, sydney, 24, false],
    ['Vienna to Sydney at the same moment', vienna, sydney, 0, true],
    ['Vienna to Sydney before it began', vienna, sydney, -1, true],
    ['Vienna to Berlin in half an hour', vienna, berlin, 0.5, true],
    ['Vienna to Berlin in an hour', vienna, berlin, 1, false],
    ['Vienna to Berlin at once, where the file is unsure', { ...vienna, radius: 300 }, { ...berlin, radius: 200 }, 0, false], // prettier-ignore
    ['nowhere at once', vienna, vienna, 0, false],
  ]
  for (const [title, from, to, time, impossible] of hours)
    it(`${impossible ? 'nobody goes' : 'one may go'} ${title}`, () => {
      expect(isImpossible(from, to, time * 3600)).to.equal(impossible)
    })
})

describe('the facts of a sign-in', () => {
  const at = new Date('2026-11-26T12:00:00Z')
  const ago = (hours: number) => new Date(at.getTime() - hours * 3_600_000)
  const world = new Map([
    ['192.0.2.1', { country: 'AT', point: vienna }],
    ['198.51.100.1', { country: 'AU', point: sydney }],
  ])
  const known = { placeOf: (ip: string) => world.get(ip) ?? null, isAnonymiser: () => null }
  const history = { successes: [], hasDevices: false, failures: 0, refused: false, networkFailures: 0 }
  const here = { ip: '192.0.2.1', at, deviceId: null }

  it('are none at the first sign-in of an account: nothing is new then', () => {
    expect(factsOf(known, here, history)).to.deep.equal(nothing)
  })

  it('are a new device, network and country, for who has been elsewhere', () => {
    const before = { ...history, successes: [{ ip: '198.51.100.1', at: ago(48) }] }
    expect(factsOf(known, here, before)).to.deep.equal({
      ...given('device_new', 'network_new', 'country_new'),
      travel_impossible: false,
    })
    expect(factsOf(known, here, { ...before, successes: [{ ip: '198.51.100.1', at: ago(1) }] })).to.include({
      travel_impossible: true,
    })
  })

  it('know the neighbours of an address as its network, IPv4 /24 and IPv6 /48', () => {
    const isNew = (ip: string, before: string) =>
      factsOf(known, { ...here, ip }, { ...history, successes: [{ ip: before, at: ago(1) }] }).network_new
    expect(isNew('192.0.2.200', '192.0.2.1')).to.equal(false)
    expect(isNew('::ffff:192.0.2.200', '192.0.2.1')).to.equal(false)
    expect(isNew('192.0.3.1', '192.0.2.1')).to.equal(true)
    expect(isNew('2001:db8:1:ffff::1', '2001:db8:1::2')).to.equal(false)
    expect(isNew('2001:db8:2::1', '2001:db8:1::2')).to.equal(true)
    expect(isNew('', '192.0.2.1')).to.equal(null)
  })

  it('are no worse for an address that the file does not know', () => {
    const before = { ...history, successes: [{ ip: '198.51.100.1', at: ago(1) }] }
    expect(factsOf(known, { ...here, ip: '10.0.0.1' }, before)).to.include({
      ...{ country_new: null, travel_impossible: null },
    })
    expect(factsOf(known, here, { ...before, successes: [{ ip: '10.0.0.1', at: ago(1) }] })).to.include({
      ...{ country_new: null, travel_impossible: null },
    })
  })

  it('count many failures only', () => {
    expect(factsOf(known, here, { ...history, failures: 4, networkFailures: 29 })).to.deep.equal(nothing)
    expect(factsOf(known, here, { ...history, failures: 5, networkFailures: 30 })).to.deep.equal(
      given('account_failures', 'network_failures'),
    )
  })

  it('hold of a known device too, but that it is new', () => {
    const before = { ...history, hasDevices: true, successes: [{ ip: '198.51.100.1', at: ago(48) }] }
    expect(factsOf(known, { ...here, deviceId: 'theirs', passwordBreached: true }, before)).to.deep.equal({
      ...given('network_new', 'country_new', 'password_breached'),
      travel_impossible: false,
    })
  })
})
