import { availableParallelism } from 'node:os'

import type { Admitted } from './platform/http/index.ts'

/** Answered from memory, and asked for when all else is in trouble: never refused. */
const always = /^\/(?:health|metrics$|\.well-known\/|assets\/)/

/** Where a password is hashed. */
const hashing =
  /^\/(?:auth\/(?:login|register|password\/\w+|email\/verify)$|interaction\/[^/]+\/(?:login|register)$|(?:reset-password|verify-email)\/)/

/** Where much is read, or read for long. */
const exporting = /^\/(?:admin\/(?:users\/export|imports\/[^/]+\/report)|users\/me\/export)$/

const protocol =
  /^\/(?:token|introspect|revoke|userinfo|par|authorize|device_authorization|ciba|auth\/refresh)(?:\/|$)/

/**
 * THE classes of requests and how many of each may be open in one process (docs/decisions/0051-faults.md). One that waits for
 * a connection of the pool waits two seconds at most, so these also bound what piles up while the database is away.
 */
export const admitted: readonly Admitted[] = [
  {
    name: 'always',
    open: Infinity,
    why: 'probes, keys, discovery and assets',
    takes: (_method, path) => always.test(path),
  },
  {
    name: 'passwords',
    open: 32 * availableParallelism(),
    why: 'a core hashes some fifty passwords a second: who comes behind these would wait for longer than a person does',
    takes: (method, path) => method === 'POST' && hashing.test(path),
  },
  {
    name: 'exports',
    open: 4,
    why: 'each holds a connection of the pool for as long as its reader takes',
    takes: (_method, path) => exporting.test(path),
  },
  {
    name: 'protocol',
    open: 256,
    why: 'a quarter of a second of work for one process',
    takes: (_method, path) => protocol.test(path),
  },
  {
    name: 'other',
    open: 256,
    why: 'pages and the API',
    takes: () => true,
  },
]
