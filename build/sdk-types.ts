import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { format, resolveConfig } from 'prettier'

/** Where the types of the TypeScript client stand. */
export const typesFile = 'sdk/typescript/src/api.ts'

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>
  components: { schemas: Record<string, object> }
}

/** The types of an OpenAPI document, as `npm run sdk` writes them. Whatever is no valid OpenAPI 3.1 is refused here. */
export async function typesOf(document: object): Promise<string> {
  const tree = await openapiTS(lightened(document) as unknown as OpenAPI3, {
    alphabetize: true,
    silent: true,
  }) // checked by its linter
  const head = '/** Made of /openapi.json by `npm run sdk`. Do not edit. */\n'
  return format(head + astToString(tree), { ...(await resolveConfig(typesFile)), parser: 'typescript' })
}

/** Without refusals, which the client throws and which are all alike, and without what TypeScript cannot say: any JSON. */
function lightened(document: object): Document {
  const { paths, components, ...rest } = structuredClone(document) as Document // our own OpenAPI document
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'))
    operation.responses = Object.fromEntries(successes)
  }
  const schemas = Object.entries(components.schemas).map(([name, schema]) => {
    const refersToItself = JSON.stringify(schema).includes(`"#/components/schemas/${name}"`)
    return [name, refersToItself ? {} : schema] as const
  })
  return { ...rest, paths, components: { ...components, schemas: Object.fromEntries(schemas) } }
}
