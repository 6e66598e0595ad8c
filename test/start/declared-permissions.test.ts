import { expect } from 'chai'
import { z } from 'zod'

import { demandDeclared } from '../../src/features/authorization/index.ts'
import { openHttp, routes } from '../../src/http.ts'
import { endpoint } from '../../src/platform/http/index.ts'
import { isStartupError } from '../../src/platform/startup-error.ts'
import { stage } from '../support/stage.ts'

/** What a start was stopped by; `started` when it was not. */
function stoppedBy(start: () => unknown): string {
  try {
    start()
    return 'started'
  } catch (error) {
    if (isStartupError(error)) return error.message
    throw error
  }
}

describe('a service whose operations do not say who may call them', () => {
  it('does not start', async () => {
    const { app } = await stage()
    const misspelt = endpoint({
      ...({ method: 'get', path: '/admin/tides', summary: 'List tides' } as const),
      access: { permission: 'users:raed:any' },
      reply: { 200: z.undefined() },
      handle: () => Promise.resolve({ status: 200 }),
    })
    expect(stoppedBy(() => openHttp(app, () => false))).to.equal('started')
    const message = stoppedBy(() => openHttp(app, () => false, [...routes(app), misspelt]))
    expect(message).to.include('GET /admin/tides').and.include('users:raed:any')
  })

  const cases: [path: string, access: unknown, starts: boolean][] = [
    ['/admin/x', { permission: 'users:read:any' }, true],
    ['/admin/x', { permission: 'users:read:all' }, false],
    ['/admin/x', { permission: 'profile:read:own' }, false],
    ['/admin/x', { permission: '__proto__' }, false],
    ['/admin/x', { permission: '' }, false],
    ['/admin/x', 'signed-in', false],
    ['/admin/x', 'public', false],
    ['/admin', 'public', false],
    ['/Admin/x', 'public', false],
    ['/admin/x', undefined, false],
    ['/admin/x', {}, false],
    ['/users/me', 'signed-in', true],
    ['/users/me', { permission: 'profile:read:own' }, true],
    ['/users/me', { permission: 'profile:raed:own' }, false],
    ['/users/me', undefined, false],
    ['/users/me', 'everybody', false],
    ['/administer', 'public', true],
  ]
  for (const [path, access, starts] of cases) {
    it(`${starts ? 'starts' : 'stops'} with ${path} for ${JSON.stringify(access)}`, () => {
      const said = stoppedBy(() => {
        demandDeclared([{ method: 'get', path, access }])
      })
      expect(said === 'started').to.equal(starts)
    })
  }
})
