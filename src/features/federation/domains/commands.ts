import type { Command } from 'commander'
import type { z } from 'zod'

import { act, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { readInput } from '../providers/check-provider.ts'
import { type DomainView, NewDomain } from './schema.ts'

type Domain = z.input<typeof DomainView>

interface Typed {
  slug: string
  domain: string
}

/** `gatehouse provider domain add|check|list|remove` */
export function addDomainCommands(provider: Command, call: ApiCall): void {
  const group = provider.command('domain').description('domains that a provider speaks for')
  act<Domain, Typed>(group, call, {
    name: 'add <slug> <domain>',
    description: 'say that a provider is to speak for a domain',
    example: 'provider domain add work example.com',
    does: 'POST /admin/providers/:slug/domains',
    body: ({ domain }) => ({ domain: domainIn(domain) }),
    text: askForRecord,
  })
  act<Domain, Typed>(group, call, {
    name: 'check <slug> <domain>',
    description: 'look now whether the DNS proves it',
    example: 'provider domain check work example.com',
    does: 'POST /admin/providers/:slug/domains/:domain/check',
    text: ({ domain }, { slug }) => `${slug} speaks for ${domain}.`,
  })
  listing<Domain, Typed>(group, call, {
    name: 'list <slug>',
    description: 'every domain of a provider',
    example: 'provider domain list work',
    does: 'GET /admin/providers/:slug/domains',
    line: ({ domain, proven_at: at }) => `${domain}  ${at === null ? 'not proven' : `proven ${String(at)}`}`,
  })
  act<null, Typed>(group, call, {
    name: 'remove <slug> <domain>',
    description: 'take a domain away from a provider',
    example: 'provider domain remove work example.com',
    does: 'DELETE /admin/providers/:slug/domains/:domain',
    json: (_, { domain }) => ({ domain: domainIn(domain), removed: true }),
    text: (_, { slug, domain }) => `${slug} speaks for ${domainIn(domain)} no more.`,
  })
}

const domainIn = (typed: string): string => readInput(NewDomain, { domain: typed }).domain

const askForRecord = ({ record: { name, type, value } }: Domain): string =>
  `Put this into the DNS, then run "domain check":\n${name}. ${type} "${value}"`
