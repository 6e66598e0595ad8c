import { z } from 'zod'

import { endpoint, recentSignInSeconds, type Route } from '../../platform/http/index.ts'
import { demandPeople, rememberingAddresses } from './apply-configuration.ts'
import { applyDocuments, planDocuments } from './apply-document.ts'
import { errors } from './errors.ts'
import { openDocument, type Opened } from './document/open-document.ts'
import { documentsIn } from './document/read-file.ts'
import { sectionNames } from './document/schema.ts'
import { exportConfiguration } from './export-configuration.ts'
import { summaryOf } from './plan/show-plan.ts'
import type { UserParts } from './users/user-parts.ts'

const path = '/admin/configuration'
const reading = { permission: 'configuration:read:any' } as const
const writing = {
  access: { permission: 'configuration:write:any' },
  signedInWithin: recentSignInSeconds,
} as const

/** Bytes. What is larger is applied from a file by the command line. */
const longestBody = 1024 * 1024

const Asked = z.strictObject({
  document: z.string().max(longestBody).meta({
    description:
      'YAML or JSON, as an export gives it. Secrets stand in it: references to files or variables are refused.',
  }),
  prune: z.boolean().default(false).meta({
    description: 'Remove what a section that is there does not name. Without it nothing is removed.',
  }),
})

const Field = z.object({
  name: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  secret: z.literal(true).optional().meta({ description: 'A secret, of which nothing else is told.' }),
})

const PlanView = z
  .object({
    changes: z.array(
      z.object({
        action: z.enum(['create', 'change', 'delete']),
        section: z.enum([...sectionNames, 'users']),
        key: z.string(),
        fields: z.array(Field),
      }),
    ),
    summary: z.object({ create: z.number(), change: z.number(), delete: z.number() }),
  })
  .meta({ id: 'ConfigurationPlan' })

/** Configuration as a document, for administrators and what they automate. */
export const adminRoutes = (app: UserParts): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'Export the configuration as a document',
    access: reading,
    signedInWithin: recentSignInSeconds,
    reply: { 200: z.object({ document: z.string() }) },
    async handle() {
      const texts: string[] = []
      await exportConfiguration(app, async (text) => void texts.push(text))
      return { status: 200, body: { document: texts.join('') } }
    },
  }),

  endpoint({
    method: 'post',
    path: `${path}/plan`,
    summary: 'Compare a document with the configuration',
    access: reading,
    signedInWithin: recentSignInSeconds,
    bodyBytes: longestBody,
    body: Asked,
    reply: { 200: PlanView },
    async handle({ caller, body: { document, prune } }) {
      const documents = documentsOf(document)
      demandPeople(caller, documents())
      const plan = await planDocuments(app, documents, { prune })
      return { status: 200, body: { ...plan, summary: summaryOf(plan.changes) } }
    },
  }),

  endpoint({
    method: 'post',
    path: `${path}/apply`,
    summary: 'Make the configuration what a document says',
    ...writing,
    bodyBytes: longestBody,
    body: Asked,
    reply: { 200: PlanView },
    async handle({ caller, body: { document, prune } }) {
      const documents = documentsOf(document)
      demandPeople(caller, documents())
      const parts = rememberingAddresses(app)
      const shown = await planDocuments(parts, documents, { prune })
      await applyDocuments(parts, caller, documents, { prune, shown })
      return { status: 200, body: { ...shown, summary: summaryOf(shown.changes) } }
    },
  }),
]

/** Documents of one body: each is compared with all that there is. */
const mostDocuments = 20

/**
 * Read once, however often they are looked at. References are refused: they would be read on this machine.
 *
 * @throws configuration_invalid (422)
 */
function documentsOf(text: string): () => Opened[] {
  const opened: Opened[] = []
  for (const source of documentsIn(text)) {
    if (opened.length === mostDocuments)
      throw errors.configuration_invalid({ detail: `There are more than ${mostDocuments} documents in it.` })
    opened.push(openDocument(source, null))
  }
  return () => opened
}
