/** What a person can prove who they are by. A passkey that may be on several devices is a factor of its own. */
export type Factor = 'password' | 'federated' | 'mail' | 'passkey' | 'synced-passkey'

interface Proof {
  /** Authentication Method References (RFC 8176, section 2). */
  amr: readonly string[]
  /** The level that it reaches by itself; the highest of those proven counts. */
  level: Level
}

/** Levels as they stand in `acr`, the highest last. */
const acrValues = {
  none: 'urn:gatehouse:acr:none',
  mail: 'urn:gatehouse:acr:mail',
  federated: 'urn:gatehouse:acr:federated',
  password: 'urn:gatehouse:acr:password',
  mfa: 'urn:gatehouse:acr:mfa',
} as const

type Level = keyof typeof acrValues

/** What tokens say of each factor. A passkey is two: the device has the key, and verifies its owner before it signs. */
export const factors: Record<Factor, Proof> = {
  password: { amr: ['pwd'], level: 'password' },
  federated: { amr: ['fed'], level: 'federated' }, // no registered value; what the other provider did is its to say
  mail: { amr: ['mail'], level: 'mail' }, // nor for this: `otp` is a value that a device of the person computes, `sms` another channel
  passkey: { amr: ['hwk', 'user', 'mfa'], level: 'mfa' },
  'synced-passkey': { amr: ['swk', 'user', 'mfa'], level: 'mfa' },
}

const ranked: readonly string[] = Object.keys(acrValues)
const higher = (one: Level, other: Level): Level =>
  ranked.indexOf(one) > ranked.indexOf(other) ? one : other

/** The level reached, as it stands in `acr`; computed from what was proven, never from what was asked for. */
export const acrOf = (proven: readonly Factor[]): string =>
  acrValues[proven.map((factor) => factors[factor].level).reduce<Level>(higher, 'none')]

export const amrOf = (proven: readonly Factor[]): string[] => [
  ...new Set(proven.flatMap((factor) => factors[factor].amr)),
]
