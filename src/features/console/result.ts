import type { PageReply } from '../../platform/http/index.ts'
import type { Console } from './parts.ts'
import type { Section } from './shown.ts'
import { consolePage, type Visit } from './visit/at-console.ts'

/** What an act has made, where it is shown this once: `console.acts.<name>.{made,keep}` say what it is. */
export const resultPage = (
  desk: Console,
  visit: Visit,
  { screen, name, next, sections }: { screen: string; name: string; next: string; sections: Section[] },
): Promise<PageReply> =>
  consolePage(desk, visit, {
    view: 'console/result',
    screen,
    status: 201,
    locals: { act: name, nextUrl: next, sections },
  })
