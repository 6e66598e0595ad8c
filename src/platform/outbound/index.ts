/** Outbound calls: the one client that leaves this machine on somebody's word. */
export { type Outbound, type OutboundRequest, openOutbound, type Prospect } from './open.ts'
