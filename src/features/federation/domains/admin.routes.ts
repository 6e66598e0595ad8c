import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Route } from '../../../platform/http/index.ts'
import { ProviderParams } from '../providers/schema.ts'
import { addDomain, listDomains, removeDomain } from './add-domain.ts'
import { checkDomain } from './check-domain.ts'
import { DomainParams, DomainView, NewDomain, viewOf } from './schema.ts'

const path = '/admin/providers/:slug/domains'
const writing = {
  access: { permission: 'providers:write:any' },
  signedInWithin: recentSignInSeconds,
} as const

/** Domains that a provider speaks for, for administrators. */
export const domainRoutes = (app: Pick<App, 'db' | 'clock' | 'dns' | 'log'>): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List the domains of an identity provider',
    access: { permission: 'providers:read:any' },
    params: ProviderParams,
    reply: { 200: z.object({ items: z.array(DomainView) }) },
    handle: async ({ params }) => ({
      status: 200,
      body: { items: (await listDomains(app, params.slug)).map(viewOf) },
    }),
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Add a domain that an identity provider is to speak for',
    ...writing,
    idempotent: true,
    params: ProviderParams,
    body: NewDomain,
    reply: { 201: DomainView },
    handle: async ({ caller, params, body }) => ({
      status: 201,
      body: viewOf(await addDomain(app, caller, params.slug, body.domain)),
    }),
  }),

  endpoint({
    method: 'post',
    path: `${path}/:domain/check`,
    summary: 'Look now whether the DNS proves a domain',
    ...writing,
    params: DomainParams,
    reply: { 200: DomainView },
    handle: async ({ caller, params }) => ({
      status: 200,
      body: viewOf(await checkDomain(app, caller, params.slug, params.domain)),
    }),
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:domain`,
    summary: 'Take a domain away from an identity provider',
    ...writing,
    params: DomainParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await removeDomain(app, caller, params.slug, params.domain)
      return { status: 204 }
    },
  }),
]
