import { type Check, type Profile, Skipped } from './check.ts'
import { openSuite, type Suite } from './suite.ts'

/**
 * `npm run conformance [-- --json] [-- --https] [-- PROFILE…]`: checks a freshly started server as the OpenID Foundation's certification
 * profiles do, with a browser that runs no scripts, and prints a table. It stands in for nothing that the Foundation signs.
 */
const profiles: Record<string, () => Promise<{ profile: Profile }>> = {
  config: () => import('./profiles/config.ts'),
  basic: () => import('./profiles/basic.ts'),
  'form-post': () => import('./profiles/form-post.ts'),
  dynamic: () => import('./profiles/dynamic.ts'),
  'rp-logout': () => import('./profiles/rp-logout.ts'),
  'back-channel': () => import('./profiles/back-channel.ts'),
  'front-channel': () => import('./profiles/front-channel.ts'),
  session: () => import('./profiles/session.ts'),
  'third-party': () => import('./profiles/third-party.ts'),
  fapi2: () => import('./profiles/fapi2.ts'),
  'fapi2-mtls': () => import('./profiles/fapi2-mtls.ts'),
  'fapi2-message-signing': () => import('./profiles/fapi2-message-signing.ts'),
  proxied: () => import('./profiles/proxied.ts'),
  ciba: () => import('./profiles/ciba.ts'),
}

interface Result {
  id: string
  what: string
  outcome: 'passed' | 'failed' | 'skipped'
  why?: string
}

async function resultOf(suite: Suite, { id, what, run }: Check): Promise<Result> {
  try {
    await run(suite)
    return { id, what, outcome: 'passed' }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { id, what, outcome: error instanceof Skipped ? 'skipped' : 'failed', why: why.slice(0, 400) }
  }
}

interface Report {
  profile: string
  results: Result[]
}

const counted = (results: readonly Result[], outcome: Result['outcome']): number =>
  results.filter((result) => result.outcome === outcome).length

function print(reports: readonly Report[]): void {
  const write = (line: string) => process.stdout.write(`${line}\n`)
  write('| profile | checks | passed | failed | skipped |')
  write('| --- | ---: | ---: | ---: | ---: |')
  for (const { profile, results } of reports) {
    const numbers = (['passed', 'failed', 'skipped'] as const).map((outcome) => counted(results, outcome))
    write(`| ${[profile, results.length, ...numbers].join(' | ')} |`)
  }
  for (const { profile, results } of reports)
    for (const { id, what, outcome, why = '' } of results)
      if (outcome !== 'passed') write(`${outcome}: ${profile}: ${id} (${what}): ${why}`)
}

const argv = process.argv.slice(2)
if (argv.includes('--help')) {
  const names = Object.keys(profiles).join(', ')
  process.stdout.write(
    `Checks a server as certification does, by profile. There are --json, --https, and the profiles: ${names}.\n`,
  )
  process.exit(0)
}
const named = argv.filter((one) => !one.startsWith('--'))
const unknown = named.filter((one) => !(one in profiles))
if (unknown.length > 0) {
  process.stderr.write(
    `There is no profile ${unknown.join(', ')}. There are: ${Object.keys(profiles).join(', ')}.\n`,
  )
  process.exit(1)
}
const suite = await openSuite()
const reports: Report[] = []
try {
  for (const [name, load] of Object.entries(profiles)) {
    if (named.length > 0 && !named.includes(name)) continue
    const { profile } = await load()
    const results: Result[] = []
    for (const one of profile.checks) results.push(await resultOf(suite, one))
    reports.push({ profile: profile.name, results })
  }
} finally {
  await suite.stop()
}
if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
else print(reports)
if (reports.some(({ results }) => counted(results, 'failed') > 0)) process.exitCode = 1
