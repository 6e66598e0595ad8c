/**
 * The command line signed in at a running service, on this machine or another: `gatehouse login`, `whoami`, `logout`.
 *
 * A client like any other (RFC 8628, by openid-client): it knows the service by its address alone and opens no database. Owns
 * no table; what it keeps stands in a file of the person who runs it.
 */
export { commands } from './commands.ts'
export { elsewhere } from './elsewhere.ts'
