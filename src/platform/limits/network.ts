import ipaddr from 'ipaddr.js'

/** What one customer of a provider holds: an IPv4 address, or an IPv6 /64 (RFC 6177, section 2). */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return 'unknown'
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  const prefix = address.toByteArray().slice(0, 8)
  return `${Buffer.from(prefix).toString('hex')}/64`
}

/** What a small provider or a large customer holds: an IPv4 /24, or an IPv6 /48 (RFC 6177, section 2). */
export function blockOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return 'unknown'
  const address = ipaddr.process(ip)
  const [bytes, bits] = address.kind() === 'ipv4' ? [3, 24] : [6, 48]
  return `${Buffer.from(address.toByteArray().slice(0, bytes)).toString('hex')}/${bits}`
}
