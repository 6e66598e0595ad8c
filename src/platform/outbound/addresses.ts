import ipaddr from 'ipaddr.js'

/** Whether an address is on the public internet: everything with a special use is refused (RFC 6890). */
export function isPublicAddress(ip: string): boolean {
  if (!ipaddr.isValid(ip)) return false
  const address = ipaddr.process(ip) // IPv4 in IPv6 is unwrapped
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || !isIPv4Compatible(address.toByteArray())
}

/** `::/96`, the deprecated way to write IPv4 in IPv6, which the library takes for ordinary (RFC 4291, section 2.5.5.1). */
const isIPv4Compatible = (bytes: readonly number[]): boolean => bytes.slice(0, 12).every((byte) => byte === 0)

/** What OUTBOUND_ALLOW lets through: a host by name (exactly), or an address by network. */
export interface Allowed {
  host(name: string): boolean
  address(ip: string): boolean
}

export function parseAllowed(entries: readonly string[]): Allowed {
  const networks = entries
    .filter((entry) => ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry))
    .map(toNetwork)
  const hosts = new Set(entries.map((entry) => entry.toLowerCase()))
  return {
    host: (name) => hosts.has(name.toLowerCase()),
    address: (ip) => ipaddr.isValid(ip) && networks.some((network) => contains(network, ipaddr.process(ip))),
  }
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = [Address, number]

function toNetwork(entry: string): Network {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry)
  const address = ipaddr.process(entry)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

function contains([network, bits]: Network, address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, bits)
}
