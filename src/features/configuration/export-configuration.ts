import { snapshot } from '../../platform/db/index.ts'
import { version, sectionNames } from './document/schema.ts'
import { writeDocument } from './document/write-document.ts'
import type { Machinery } from './sections/section.ts'
import { sections } from './sections/sections.ts'

/**
 * Everything that is configured as text, in one state of the database however much goes on meanwhile. `also` writes more from the
 * same state.
 */
export async function exportConfiguration(
  app: Machinery,
  write: (text: string) => Promise<void>,
  also: (app: Machinery) => Promise<void> = async () => undefined,
): Promise<void> {
  await snapshot(app.db, async (tx) => {
    const reading = { ...app, db: tx }
    const said: Record<string, unknown> = {}
    for (const section of sections) {
      const present = await section.present(reading)
      said[section.name] = section.write(present.filter(({ own }) => !own))
    }
    const parts = sectionNames.filter((name) => name in said).map((name) => ({ [name]: said[name] }))
    await write([{ version }, ...parts].map(writeDocument).join('\n'))
    await also(reading)
  })
}
