import { type Command, Option } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import type { WithSettings } from '../../settings/index.ts'
import { type ConnectorName, connectorNamed, connectorNames } from '../connectors/connectors.ts'
import { errors } from '../errors.ts'
import { changeProvider, switchProvider } from './change-provider.ts'
import { invalid, readInput } from './check-provider.ts'
import { fieldsOf, mappingWith, namingOptions, readSecret, readText, type Typed } from './command-input.ts'
import { createProvider, type SavedProvider } from './create-provider.ts'
import { deleteProvider } from './delete-provider.ts'
import { findProvider, listProviders } from './find-providers.ts'
import { describeProvider, listingOf, viewOf } from './provider-view.ts'
import { rewrapSecrets } from './rewrap-secrets.ts'
import { ChangeProvider, NewProvider, type Trial, TryProvider } from './schema.ts'
import { tryProvider } from './try-provider.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'outbound'> & WithSettings
type Open = () => Promise<Parts>

export function addProviderCommands(group: Command, open: Open): void {
  addCreate(group, open)
  addUpdate(group, open)
  addLooking(group, open)
  addSwitches(group, open)
  addTest(group, open)
  addRewrap(group, open)
}

const asJson = (command: Command): Command => command.option('--json', 'answer as JSON')

const collect = (value: string, before: string[] = []): string[] => [...before, value]

/** What may be said at the beginning and later. */
function describing(command: Command): Command {
  return asJson(command)
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

function addCreate(group: Command, open: Open): void {
  const command = group
    .command('create <connector>')
    .description(`set a provider up: ${connectorNames.join(', ')}`)
    .option('--slug <slug>', 'its name in URLs; the connector’s unless given')
    .option('--client-id <id>', 'what the provider knows us by')
    .option('--disabled', 'without a button yet')
  describing(command).action(async (connector: string, typed: Typed & { slug?: string; disabled?: true }) => {
    const saved = await namingOptions(async () => {
      const given = readInput(NewProvider, {
        slug: typed.slug ?? connector,
        connector: knownConnector(connector),
        ...fieldsOf(typed, await readSecret(typed)),
        name: typed.name ?? connectorNamed(knownConnector(connector)).label,
        enabled: !typed.disabled,
        mapping: mappingWith({}, typed.map),
      })
      return createProvider(await open(), byCommandLine, given)
    })
    tell(typed, (await open()).config, saved)
  })
}

function knownConnector(name: string): ConnectorName {
  const found = connectorNames.find((one) => one === name)
  if (!found) throw invalid([{ field: 'connector', detail: `must be one of ${connectorNames.join(', ')}` }])
  return found
}

function addUpdate(group: Command, open: Open): void {
  const command = group
    .command('update <slug>')
    .description('change what is named and leave the rest; another address wants the secret again')
    .option('--client-id <id>', 'what the provider knows us by')
    .option('--allow-any-domain', 'take the limit on domains away')
  describing(command).action(async (slug: string, typed: Typed) => {
    const app = await open()
    const saved = await namingOptions(async () => {
      const secret = await readSecret(typed)
      const { revision, mapping } = await findProvider(app.db, slug)
      const change = readInput(ChangeProvider, {
        revision,
        ...fieldsOf(typed, secret),
        ...(typed.map && { mapping: mappingWith(mapping, typed.map) }),
      })
      return changeProvider(app, byCommandLine, slug, change)
    })
    tell(typed, app.config, saved)
  })
}

function tell(options: Typed, config: App['config'], { provider, notes }: SavedProvider): void {
  for (const note of notes) process.stderr.write(`warning: ${note}\n`)
  answer(options, { ...viewOf(config, provider), notes }, describeProvider(config, provider))
}

function addLooking(group: Command, open: Open): void {
  asJson(group.command('list').description('every provider, in the order of the buttons')).action(
    async (options: { json?: true }) => {
      const { db, config } = await open()
      const found = await listProviders(db)
      answer(
        options,
        found.map((one) => viewOf(config, one)),
        found.map(listingOf).join('\n'),
      )
    },
  )
  asJson(group.command('show <slug>').description('one provider, without its secret')).action(
    async (slug: string, options: { json?: true }) => {
      const { db, config } = await open()
      const provider = await findProvider(db, slug)
      answer(options, viewOf(config, provider), describeProvider(config, provider))
    },
  )
}

const switches = [
  {
    name: 'enable',
    done: 'enabled',
    help: 'let people sign in by a provider',
    act: (app: Parts, slug: string) => switchProvider(app, byCommandLine, slug, true),
  },
  {
    name: 'disable',
    done: 'disabled',
    help: 'let nobody sign in by a provider any more, at once',
    act: (app: Parts, slug: string) => switchProvider(app, byCommandLine, slug, false),
  },
  {
    name: 'delete',
    done: 'deleted',
    help: 'remove a provider and its domains',
    act: (app: Parts, slug: string) => deleteProvider(app, byCommandLine, slug),
  },
] as const

function addSwitches(group: Command, open: Open): void {
  for (const { name, done, help, act } of switches) {
    asJson(group.command(`${name} <slug>`).description(help)).action(
      async (slug: string, options: { json?: true }) => {
        await act(await open(), slug)
        answer(options, { slug, [done]: true }, `${slug} is ${done}`)
      },
    )
  }
}

function addTest(group: Command, open: Open): void {
  const command = group
    .command('test <slug>')
    .description('look whether a provider is there, and what a sign-in would come to')
    .option('--claims <file>', 'what it would say, as JSON; without it, only whether it is there')
    .option('--invited', 'as somebody who was invited')
  asJson(command).action(async (slug: string, options: { claims?: string; invited?: true; json?: true }) => {
    const app = await open()
    const given = await namingOptions(async () =>
      readInput(TryProvider, { claims: claimsIn(options.claims), invited: options.invited === true }),
    )
    const trial = await tryProvider(app, await findProvider(app.db, slug), given)
    const shown = options.claims === undefined ? { upstream: trial.upstream } : trial
    answer(options, shown, describeTrial(trial, options.claims !== undefined))
    if (!trial.upstream.ok) throw errors.upstream_unavailable({ detail: trial.upstream.reason ?? '' })
  })
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
  asJson(
    group.command('rewrap').description('seal all secrets under the first of KEY_ENCRYPTION_KEY'),
  ).action(async (options: { json?: true }) => {
    const done = await rewrapSecrets(await open(), byCommandLine)
    const lost = done.unopened.map(
      (slug) =>
        `The secret of ${slug} does not open; give it again (provider update ${slug} --secret-file …).`,
    )
    const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
    answer(options, done, [text, ...lost].join('\n'))
  })
}
