/** What a person can prove who they are by. */
export type Factor = 'password' | 'federated' | 'mail'

interface Proof {
  /** Authentication Method Reference (RFC 8176, section 2). */
  amr: string
}

/** What tokens say of each factor. */
export const factors: Record<Factor, Proof> = {
  password: { amr: 'pwd' },
  federated: { amr: 'fed' }, // the registry has no value for it; what the other provider did is its to say
  mail: { amr: 'mail' }, // nor for this: `otp` is a value that a device of the person computes, `sms` another channel
}

/** The level reached, as it stands in `acr`; computed from what was proven, never from what was asked for. */
export function acrOf(proven: readonly Factor[]): string {
  if (proven.includes('password')) return 'urn:gatehouse:acr:password'
  if (proven.includes('federated')) return 'urn:gatehouse:acr:federated'
  return proven.includes('mail') ? 'urn:gatehouse:acr:mail' : 'urn:gatehouse:acr:none'
}

export const amrOf = (proven: readonly Factor[]): string[] => [
  ...new Set(proven.map((factor) => factors[factor].amr)),
]
