import { snapshot } from '../../platform/db/index.ts'
import { version } from './document/schema.ts'
import { writeDocument } from './document/write-document.ts'
import { writePieces } from './document/write-pieces.ts'
import type { Machinery } from './sections/section.ts'
import { sections } from './sections/sections.ts'

/**
 * Everything that is configured as text, in one state of the database however much goes on meanwhile; an entry at a time, so that
 * a long list keeps nobody waiting. `also` writes more from the same state.
 */
export async function exportConfiguration(
  app: Machinery,
  write: (text: string) => Promise<void>,
  also: (app: Machinery) => Promise<void> = async () => undefined,
): Promise<void> {
  await snapshot(app.db, async (tx) => {
    const reading = { ...app, db: tx }
    await write(writeDocument({ version }))
    for (const section of sections) {
      const present = await section.present(reading)
      const said = section.write(present.filter(({ own }) => !own))
      await write('\n')
      for await (const piece of writePieces(section.name, said)) await write(piece)
    }
    await also(reading)
  })
}
