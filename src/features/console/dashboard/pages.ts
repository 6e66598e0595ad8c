import { page, type PageRoute } from '../../../platform/http/index.ts'
import type { Console } from '../parts.ts'
import { everyOperation, screensShown } from '../screens.ts'
import { atConsole, consolePage } from '../visit/at-console.ts'
import { figuresFor } from './figures.ts'

export const dashboardPages = (desk: Console): PageRoute[] => [
  page({
    method: 'get',
    path: '/console',
    summary: 'Show how the service is doing',
    handle: ({ ctx, by }) =>
      atConsole(desk, ctx, { by, needs: everyOperation }, async (visit) =>
        consolePage(desk, visit, {
          view: 'console/dashboard',
          screen: 'dashboard',
          locals: {
            ...(await figuresFor(desk, visit)),
            places: screensShown(desk, visit.caller, 'dashboard')
              .flatMap(({ screens }) => screens)
              .slice(1)
              .map((place) => ({ ...place, aboutKey: `console.${place.name}.about` })),
          },
        }),
      ),
  }),
]
