import type { Command } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { readInput } from '../providers/check-provider.ts'
import { addDomain, listDomains, removeDomain } from './add-domain.ts'
import { checkDomain, recordOf } from './check-domain.ts'
import type { DomainRecord } from './repository.ts'
import { NewDomain, viewOf } from './schema.ts'

type Open = () => Promise<Pick<App, 'db' | 'clock' | 'dns' | 'log'>>

interface Options {
  json?: true
}

/** `gatehouse provider domain add|check|list|remove` */
export function addDomainCommands(provider: Command, open: Open): void {
  const group = provider.command('domain').description('domains that a provider speaks for')
  const asJson = (command: Command): Command => command.option('--json', 'answer as JSON')

  asJson(
    group.command('add <slug> <domain>').description('say that a provider is to speak for a domain'),
  ).action(async (slug: string, typed: string, options: Options) => {
    const domain = await addDomain(await open(), byCommandLine, slug, domainIn(typed))
    answer(options, viewOf(domain), askForRecord(domain))
  })

  asJson(group.command('check <slug> <domain>').description('look now whether the DNS proves it')).action(
    async (slug: string, typed: string, options: Options) => {
      const domain = await checkDomain(await open(), byCommandLine, slug, domainIn(typed))
      answer(options, viewOf(domain), `${slug} speaks for ${domain.domain}.`)
    },
  )

  asJson(group.command('list <slug>').description('every domain of a provider')).action(
    async (slug: string, options: Options) => {
      const found = await listDomains(await open(), slug)
      answer(options, found.map(viewOf), found.map(lineOf).join('\n'))
    },
  )

  asJson(group.command('remove <slug> <domain>').description('take a domain away from a provider')).action(
    async (slug: string, typed: string, options: Options) => {
      const domain = domainIn(typed)
      await removeDomain(await open(), byCommandLine, slug, domain)
      answer(options, { domain, removed: true }, `${slug} speaks for ${domain} no more.`)
    },
  )
}

const domainIn = (typed: string): string => readInput(NewDomain, { domain: typed }).domain

function askForRecord(domain: DomainRecord): string {
  const { name, type, value } = recordOf(domain)
  return `Put this into the DNS, then run "domain check":\n${name}. ${type} "${value}"`
}

const lineOf = ({ domain, provenAt }: DomainRecord): string =>
  `${domain}  ${provenAt ? `proven ${provenAt.toISOString()}` : 'not proven'}`
