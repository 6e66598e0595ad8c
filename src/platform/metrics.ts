import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'

/** What this process counts about itself, for Prometheus. Labels come from lists of ours, never from a request's text. */
export interface Metrics {
  request(of: { method: string; route: string; status: number; seconds: number }): void
  /** A request that was sent away at the door, since too many of its class were open. */
  sentAway(kind: string): void
  /** Seconds from the act that ended an access token to this process knowing of it. */
  timeToDark(seconds: number): void
  /** The same as quantiles in seconds, as finely as its buckets tell; null where nothing was ended yet. */
  darkness(): Promise<{ p50: number; p99: number; count: number } | null>
  /** A request at the token endpoint that got what it asked for. `grant` comes from the table of grants. */
  tokens(grant: string): void
  /** How an attempt to sign in ended; `outcome` and `reason` come from lists in the code, null: a success, labelled ''. */
  signIn(of: { outcome: string; reason: string | null }): void
  /** A read that memory answered, or that had to ask Postgres. */
  cacheRead(cache: CacheName, result: 'hit' | 'miss'): void
  /** A password that was to be looked at, and what became of it. */
  attempt(outcome: AttemptOutcome): void
  /** An attempt to hand a text message to its provider, or a message that was given up. */
  sms(outcome: SmsOutcome): void
  /** One attempt to tell another server something; `kind` and `result` come from lists in the code. */
  delivery(of: { kind: string; result: string }): void
  /** Seconds from the end of a session to a relying party's word that it is signed out there too. */
  relyingPartyDark(clientId: string, seconds: number): void
  render(): Promise<{ type: string; body: string }>
}

/** Clients with a label of their own; the others share one, since anybody may be allowed to register clients. */
const mostClientLabels = 100

export type CacheName = 'clients'

export type SmsOutcome = 'sent' | 'failed' | 'given_up'

export type AttemptOutcome = 'right' | 'wrong' | 'throttled' | 'proof_required'

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

let aboutProcess: Registry | undefined

/** Memory, processor and event loop: of the process, not of who asks, and so watched once. Each watch costs a timer of its own. */
function ofProcess(): Registry {
  if (aboutProcess) return aboutProcess
  aboutProcess = new Registry()
  collectDefaultMetrics({ register: aboutProcess })
  return aboutProcess
}

export function openMetrics(): Metrics {
  const registry = new Registry()
  const requests = new Histogram({
    name: 'gatehouse_request_seconds',
    help: 'Time to answer a request, by the route that matched.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  const away = new Counter({
    name: 'gatehouse_requests_sent_away_total',
    help: 'Requests answered 503 at once, since too many of their class were open.',
    labelNames: ['class'],
    registers: [registry],
  })
  const dark = new Histogram({
    name: 'gatehouse_time_to_dark_seconds',
    help: 'Time from the act that ended access (a sign-out, a disabled person) to this process refusing its tokens.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  const attempts = new Counter({
    name: 'gatehouse_password_attempts_total',
    help: 'Passwords that were right or wrong, and attempts refused before they were looked at.',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const tokens = new Counter({
    name: 'gatehouse_tokens_total',
    help: 'Answers of the token endpoint that handed out tokens, by grant.',
    labelNames: ['grant'],
    registers: [registry],
  })
  const signIns = new Counter({
    name: 'gatehouse_sign_ins_total',
    help: 'Attempts to sign in, by what became of them and why; as the login events say.',
    labelNames: ['outcome', 'reason'],
    registers: [registry],
  })
  const cacheReads = new Counter({
    name: 'gatehouse_cache_reads_total',
    help: 'Reads that memory answered (hit), and those that asked PostgreSQL (miss).',
    labelNames: ['cache', 'result'],
    registers: [registry],
  })
  const messages = new Counter({
    name: 'gatehouse_sms_total',
    help: 'Text messages the provider took, attempts that failed, and messages given up.',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const deliveries = new Counter({
    name: 'gatehouse_deliveries_total',
    help: 'Attempts to tell another server something, by what became of them.',
    labelNames: ['kind', 'result'],
    registers: [registry],
  })
  const relyingParties = new Histogram({
    name: 'gatehouse_relying_party_time_to_dark_seconds',
    help: 'Time from the end of a session to a relying party having taken the logout token.',
    labelNames: ['client'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600, 86400],
    registers: [registry],
  })
  const labelled = new Set<string>()
  return {
    tokens: (grant) => {
      tokens.inc({ grant })
    },
    signIn: ({ outcome, reason }) => {
      signIns.inc({ outcome, reason: reason ?? '' })
    },
    cacheRead: (cache, result) => {
      cacheReads.inc({ cache, result })
    },
    delivery: ({ kind, result }) => {
      deliveries.inc({ kind, result })
    },
    relyingPartyDark: (clientId, seconds) => {
      if (labelled.size < mostClientLabels) labelled.add(clientId)
      const client = labelled.has(clientId) ? clientId : 'other'
      relyingParties.observe({ client }, Math.max(0, seconds))
    },
    sms: (outcome) => {
      messages.inc({ outcome })
    },
    attempt: (outcome) => {
      attempts.inc({ outcome })
    },
    request: ({ method, route, status, seconds }) => {
      const labels = { method: methods.has(method) ? method : 'other', route, status: `${status}` }
      requests.observe(labels, seconds)
    },
    sentAway: (kind) => {
      away.inc({ class: kind })
    },
    timeToDark: (seconds) => {
      dark.observe(Math.max(0, seconds))
    },
    darkness: async () => quantilesOf((await dark.get()).values),
    render: async () => {
      const whole = Registry.merge([ofProcess(), registry])
      return { type: whole.contentType, body: await whole.metrics() }
    },
  }
}

type Buckets = Awaited<ReturnType<Histogram<'le'>['get']>>['values']

/** As PromQL's histogram_quantile: evenly spread within a bucket; beyond the last one, where that begins. */
export function quantilesOf(values: Buckets): { p50: number; p99: number; count: number } | null {
  const buckets = values
    .filter(({ metricName = '' }) => metricName.endsWith('_bucket'))
    .map(({ labels, value }) => ({ upTo: Number(labels.le === '+Inf' ? Infinity : labels.le), count: value }))
  const count = buckets.at(-1)?.count ?? 0
  if (count === 0) return null
  const quantile = (share: number): number => {
    const rank = share * count
    const place = buckets.findIndex((bucket) => bucket.count >= rank)
    const [below, found] = [buckets[place - 1] ?? { upTo: 0, count: 0 }, buckets[place]]
    if (!found || found.upTo === Infinity) return below.upTo
    return below.upTo + ((rank - below.count) / (found.count - below.count)) * (found.upTo - below.upTo)
  }
  return { p50: quantile(0.5), p99: quantile(0.99), count }
}
