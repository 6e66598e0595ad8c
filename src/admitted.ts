import { availableParallelism } from 'node:os'

import type { Admitted } from './platform/http/index.ts'

/** Answered from memory, and asked for when all else is in trouble: never refused. */
const always = /^\/(?:health|metrics$|\.well-known\/|assets\/)/

/** Where a password is hashed. */
const hashing =
  /^\/(?:auth\/(?:login|register|password\/\w+|email\/verify)$|interaction\/[^/]+\/(?:login|register)$|(?:reset-password|verify-email)\/)/

/** Where much is read, or read for long. */
const exporting =
  /^\/(?:admin\/(?:users\/export|audit-logs\/export|configuration(?:\/(?:plan|apply))?|imports\/[^/]+\/report)|users\/me\/export)$/

const protocol =
  /^\/(?:token|introspect|revoke|userinfo|par|authorize|device_authorization|ciba|auth\/refresh)(?:\/|$)/

/** Where another server is asked while the person waits. */
const elsewhere = /\/(?:federation|federated|connect|connected|oauth)(?:\/|$)/

/**
 * THE classes of requests: how many of each are worked on at one time in one process, and how many wait for how long
 * (docs/decisions/0051-faults.md). What is worked on shares twenty connections to the database, for which nobody waits longer
 * than two seconds: more of it at once only makes more of it fail.
 */
export const admitted: readonly Admitted[] = [
  {
    name: 'always',
    ...{ open: Infinity, queue: 0, waitMs: 0 },
    why: 'probes, keys, discovery and assets',
    takes: (_method, path) => always.test(path),
  },
  {
    name: 'passwords',
    ...{ open: 8 * availableParallelism(), queue: 64 * availableParallelism(), waitMs: 5_000 },
    why: 'a core hashes some fifty passwords a second, and a person waits for seconds at most',
    takes: (method, path) => method === 'POST' && hashing.test(path),
  },
  {
    name: 'exports',
    ...{ open: 4, queue: 8, waitMs: 2_000 },
    why: 'each holds a connection of the pool for as long as its reader takes',
    takes: (_method, path) => exporting.test(path),
  },
  {
    name: 'elsewhere',
    ...{ open: 256, queue: 0, waitMs: 0 },
    why: 'they wait for other servers and cost little meanwhile; one that is slow must not keep those waiting who ask for nobody else',
    takes: (_method, path) => elsewhere.test(path),
  },
  {
    name: 'protocol',
    ...{ open: 64, queue: 512, waitMs: 1_000 },
    why: 'one process is at its best with some thirty at once',
    takes: (_method, path) => protocol.test(path),
  },
  {
    name: 'other',
    ...{ open: 64, queue: 256, waitMs: 2_000 },
    why: 'pages and the API',
    takes: () => true,
  },
]
