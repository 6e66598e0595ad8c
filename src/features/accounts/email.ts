import { domainToASCII } from 'node:url'

import { fold } from './identifier-text.ts'

/** Longest input that is looked at, in UTF-16 code units, and longest result (RFC 5321, section 4.5.3.1.3). */
const longestInput = 320
const longestAddress = 254
const longestLocalPart = 64 // octets (RFC 5321, section 4.5.3.1.1)

/** A dot-atom (RFC 5322, section 3.2.3) with the letters of every script (RFC 6531, section 3.3); no quoted strings. */
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u

/** What may reach the IDNA conversion: it would otherwise cut paths off and decode percent signs. */
const hostText = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u

/** Two labels or more, the last of them no number (RFC 1123, section 2.1). */
const hostName = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * The one form of an e-mail address that is stored, compared, counted and written to; null when it is none.
 *
 * Normalised first, checked afterwards, so that no character can turn into another one after the check.
 */
export function canonicalEmail(value: string): string | null {
  if (value.length > longestInput) return null
  const parts = fold(value)?.split('@') ?? []
  if (parts.length !== 2) return null
  const [local = '', domain = ''] = parts
  const address = `${local}@${canonicalHost(domain)}`
  return isLocalPart(local) && isAddress(address) ? address : null
}

const isLocalPart = (local: string): boolean =>
  localPart.test(local) && Buffer.byteLength(local) <= longestLocalPart

const isAddress = (address: string): boolean =>
  !address.endsWith('@') && Buffer.byteLength(address) <= longestAddress

/** The ASCII form of a domain name (RFC 5890, section 2.3.2.1); empty when it is none. */
function canonicalHost(domain: string): string {
  const host = hostText.test(domain) ? domainToASCII(domain) : ''
  return host.length <= 253 && hostName.test(host) ? host : ''
}
