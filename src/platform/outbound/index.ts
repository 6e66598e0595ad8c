/** Outbound calls: the one client that leaves this machine on somebody's word. */
export { type Outbound, openOutbound, type Prospect } from './open.ts'
