import { type Command, Option } from 'commander'

import { act, listing } from '../../../platform/act.ts'
import type { App } from '../../../platform/app.ts'
import {
  answer,
  type ApiCall,
  byCommandLine,
  overApi,
  withExample,
  onDatabaseAlone,
} from '../../../platform/command.ts'
import { type ConnectorName, connectorNamed, connectorNames } from '../connectors/connectors.ts'
import { errors } from '../errors.ts'
import { invalid, readInput } from './check-provider.ts'
import { fieldsOf, mappingWith, namingOptions, readSecret, readText, type Typed } from './command-input.ts'
import { describeProvider, listingOf } from './provider-view.ts'
import { rewrapSecrets } from './rewrap-secrets.ts'
import { ChangeProvider, NewProvider, type ProviderView, type Trial, TryProvider } from './schema.ts'

type Saved = ProviderView & { notes: string[] }
type Open = () => Promise<Pick<App, 'config' | 'db' | 'clock'>>

interface Named {
  slug: string
}

export function addProviderCommands(group: Command, open: Open, call: ApiCall): void {
  addCreate(group, call)
  addUpdate(group, call)
  addLooking(group, call)
  addSwitches(group, call)
  addTest(group, call)
  addRewrap(group, open)
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]

/** What may be said at the beginning and later. */
function describing(command: Command): Command {
  return overApi(command)
    .option('--json', 'answer as JSON')
    .option('--name <name>', 'as people read it on the button')
    .addOption(
      new Option('--secret-file <file>', 'file with the client secret; for Apple the .p8 file').conflicts(
        'secretStdin',
      ),
    )
    .option('--secret-stdin', 'read the secret from standard input')
    .option('--option <key=value>', 'what the connector wants to know besides; repeated', collect)
    .option('--map <claim=/pointer>', 'where a claim of ours stands in what it says; repeated', collect)
    .option('--allow-domain <domain>', 'new accounts only with a proven address there; repeated', collect)
    .addOption(
      new Option('--creation <how>', 'for whom accounts are made').choices(['open', 'invitation', 'never']),
    )
    .option('--require-verified-email', 'new accounts only with a proven address')
    .option('--no-require-verified-email', 'and without one')
    .option('--trust-email', 'take its word that an address is verified')
    .option('--no-trust-email', 'do not take its word')
    .option('--keep-tokens', 'keep the tokens it gives us, sealed')
    .option('--no-keep-tokens', 'keep none')
    .option('--position <number>', 'buttons stand in this order')
}

function addCreate(group: Command, call: ApiCall): void {
  const command = group
    .command('create <connector>')
    .description(`set a provider up: ${connectorNames.join(', ')}`)
    .option('--slug <slug>', 'its name in URLs; the connector’s unless given')
    .option('--client-id <id>', 'what the provider knows us by')
    .option('--disabled', 'without a button yet')
  withExample(command, [
    'provider create google --client-id 1234.apps.googleusercontent.com --secret-file google-secret',
    'provider create oidc --slug work --client-id gatehouse --secret-stdin --option issuer=https://id.work.example',
  ])
  describing(command).action(async (connector: string, typed: Typed & { slug?: string; disabled?: true }) => {
    const { body } = await namingOptions(async () => {
      const given = readInput(NewProvider, {
        slug: typed.slug ?? connector,
        connector: knownConnector(connector),
        ...fieldsOf(typed, await readSecret(typed)),
        name: typed.name ?? connectorNamed(knownConnector(connector)).label,
        enabled: !typed.disabled,
        mapping: mappingWith({}, typed.map),
      })
      return call({ does: 'POST /admin/providers', body: given })
    })
    tell(typed, body)
  })
}

function knownConnector(name: string): ConnectorName {
  const found = connectorNames.find((one) => one === name)
  if (!found) throw invalid([{ field: 'connector', detail: `must be one of ${connectorNames.join(', ')}` }])
  return found
}

function addUpdate(group: Command, call: ApiCall): void {
  const command = group
    .command('update <slug>')
    .description('change what is named and leave the rest; another address wants the secret again')
    .option('--client-id <id>', 'what the provider knows us by')
    .option('--allow-any-domain', 'take the limit on domains away')
  withExample(command, 'provider update google --name "Sign in with Google" --allow-domain example.com')
  describing(command).action(async (slug: string, typed: Typed) => {
    const { body } = await namingOptions(async () => {
      const secret = await readSecret(typed)
      const before = await call({ does: 'GET /admin/providers/:slug', at: { slug } })
      const { revision, mapping } = before.body as ProviderView // as JSON
      const change = readInput(ChangeProvider, {
        revision,
        ...fieldsOf(typed, secret),
        ...(typed.map && { mapping: mappingWith(mapping, typed.map) }),
      })
      return call({ does: 'PATCH /admin/providers/:slug', at: { slug }, body: change })
    })
    tell(typed, body)
  })
}

function tell(options: Typed, body: unknown): void {
  const saved = body as Saved // as JSON
  for (const note of saved.notes) process.stderr.write(`warning: ${note}\n`)
  answer(options, saved, describeProvider(saved))
}

function addLooking(group: Command, call: ApiCall): void {
  listing<ProviderView>(group, call, {
    name: 'list',
    description: 'every provider, in the order of the buttons',
    example: 'provider list',
    does: 'GET /admin/providers',
    line: listingOf,
  })
  act<ProviderView, Named>(group, call, {
    name: 'show <slug>',
    description: 'one provider, without its secret',
    example: 'provider show google',
    does: 'GET /admin/providers/:slug',
    text: describeProvider,
  })
  listing<{ name: string; label: string; protocol: string }>(group, call, {
    name: 'connectors',
    description: 'what kinds of provider there are; with --json, what each wants to know',
    example: 'provider connectors --json',
    does: 'GET /admin/providers/connectors',
    line: ({ name, label, protocol }) => `${name.padEnd(12)}${protocol.padEnd(8)}${label}`,
  })
}

const switches = [
  {
    ...{ name: 'enable', done: 'enabled', does: 'POST /admin/providers/:slug/enable' as const },
    description: 'let people sign in by a provider',
  },
  {
    ...{ name: 'disable', done: 'disabled', does: 'POST /admin/providers/:slug/disable' as const },
    description: 'let nobody sign in by a provider any more, at once',
  },
  {
    ...{ name: 'delete', done: 'deleted', does: 'DELETE /admin/providers/:slug' as const },
    description: 'remove a provider and its domains',
  },
] as const

function addSwitches(group: Command, call: ApiCall): void {
  for (const { name, done, does, description } of switches)
    act<unknown, Named>(group, call, {
      ...{ name: `${name} <slug>`, description, does, example: `provider ${name} google` },
      json: (_, { slug }) => ({ slug, [done]: true }),
      text: (_, { slug }) => `${slug} is ${done}`,
    })
}

interface Trying {
  claims?: string
  invited?: true
  json?: true
}

function addTest(group: Command, call: ApiCall): void {
  const command = group
    .command('test <slug>')
    .description('look whether a provider is there, and what a sign-in would come to')
    .option('--claims <file>', 'what it would say, as JSON; without it, only whether it is there')
    .option('--invited', 'as somebody who was invited')
    .option('--json', 'answer as JSON')
    .action(async (slug: string, options: Trying) => {
      const { body } = await namingOptions(async () => {
        const given = { claims: claimsIn(options.claims), invited: options.invited === true }
        const body = readInput(TryProvider, given)
        return call({ does: 'POST /admin/providers/:slug/try', at: { slug }, body })
      })
      const trial = body as Trial // as JSON
      const shown = options.claims === undefined ? { upstream: trial.upstream } : trial
      answer(options, shown, describeTrial(trial, options.claims !== undefined))
      if (!trial.upstream.ok) throw errors.upstream_unavailable({ detail: trial.upstream.reason ?? '' })
    })
  withExample(overApi(command), ['provider test google', 'provider test google --claims claims.json'])
}

function claimsIn(path: string | undefined): unknown {
  if (path === undefined) return {}
  const text = readText(path, '--claims')
  try {
    return JSON.parse(text)
  } catch {
    throw invalid([{ field: '--claims', detail: `${path} holds no JSON` }])
  }
}

function describeTrial({ upstream, mapped, email_proven: proven, account }: Trial, claimed: boolean): string {
  const there = upstream.ok ? `is there: ${upstream.issuer ?? ''}` : `is not there: ${upstream.reason ?? ''}`
  const endpoints = Object.entries(upstream.endpoints).map(([name, url]) => `  ${name}  ${url}`)
  if (!claimed) return [there, ...endpoints].join('\n')
  return [
    ...[there, ...endpoints],
    ...Object.entries(mapped).map(([claim, value]) => `claim ${claim.padEnd(14)} ${String(value)}`),
    `address proven       ${proven ? 'yes' : 'no'}`,
    `a new account        ${account.made ? 'is made' : `is not made: ${account.reason ?? ''}`}`,
  ].join('\n')
}

function addRewrap(group: Command, open: Open): void {
  const command = group
    .command('rewrap')
    .description('seal all secrets under the first of KEY_ENCRYPTION_KEY')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const done = await rewrapSecrets(await open(), byCommandLine)
      const lost = done.unopened.map(
        (slug) =>
          `The secret of ${slug} does not open; give it again (provider update ${slug} --secret-file …).`,
      )
      const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
      answer(options, done, [text, ...lost].join('\n'))
    })
  onDatabaseAlone(command, 'provider rewrap')
}
