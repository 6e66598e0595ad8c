import { z } from 'zod'

import { endpoint, type Route } from '../../platform/http/index.ts'
import type { WithSettings } from '../settings/index.ts'

const RelatedOrigins = z.object({ origins: z.array(z.string()) })

/** Digital Asset Links: the relations that Android asks for before it lets an application use passkeys of a host. */
const AssetLinks = z.array(
  z.object({
    relation: z.array(z.string()),
    target: z.object({
      namespace: z.literal('android_app'),
      package_name: z.string(),
      sha256_cert_fingerprints: z.array(z.string()),
    }),
  }),
)

const signsIn = ['delegate_permission/common.get_login_creds']

/** Apple's Associated Domains: applications that may use passkeys and passwords of a host. */
const AssociatedApps = z.object({ webcredentials: z.object({ apps: z.array(z.string()) }) })

/** Who else may use our passkeys, for browsers (Web Authentication Level 3, section 5.11) and phones. */
export const routes = ({ settings }: WithSettings): Route[] => [
  endpoint({
    method: 'get',
    path: '/.well-known/webauthn',
    summary: 'Say which other origins may use passkeys of this one',
    access: 'public',
    reply: { 200: RelatedOrigins },
    async handle() {
      return { status: 200, body: { origins: await settings.get('passkeys.related_origins') } }
    },
  }),

  endpoint({
    method: 'get',
    path: '/.well-known/assetlinks.json',
    summary: 'Say which Android applications may use passkeys of this host',
    access: 'public',
    reply: { 200: AssetLinks },
    async handle() {
      const apps = await settings.get('passkeys.android_apps')
      const links = apps.map(({ package: name, certificates }) => ({
        relation: signsIn,
        target: {
          namespace: 'android_app',
          package_name: name,
          sha256_cert_fingerprints: certificates,
        },
      }))
      return { status: 200, body: links }
    },
  }),

  endpoint({
    method: 'get',
    path: '/.well-known/apple-app-site-association',
    summary: 'Say which applications on Apple’s systems may use passkeys of this host',
    access: 'public',
    reply: { 200: AssociatedApps },
    async handle() {
      return { status: 200, body: { webcredentials: { apps: await settings.get('passkeys.apple_apps') } } }
    },
  }),
]
