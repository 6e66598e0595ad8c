import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages } from '../acts.ts'
import { filter } from '../lists.ts'
import { listPage } from '../list-page.ts'
import type { Console } from '../parts.ts'
import { badge, cell, text, time } from '../shown.ts'

const path = '/console/invitations'

const read = 'GET /admin/invitations'

const withdraw: Act = {
  name: 'withdraw_invitation',
  screen: 'invitations',
  path: `${path}/:id/withdraw`,
  operation: 'DELETE /admin/invitations/:id',
  danger: true,
  asked: ({ params: { id = '' } }) => ({ params: { id } }),
  cancel: () => path,
}

export const invitationPages = (desk: Console): PageRoute[] => [
  ...listPage(desk, {
    path,
    screen: 'invitations',
    summary: 'List invitations',
    operation: read,
    leadKey: 'console.invitations.lead',
    filters: (query) => [filter(query, 'state', 'select', ['', 'open', 'accepted', 'expired', 'withdrawn'])],
    columns(visit) {
      const mayWithdraw = desk.operations.allows(visit.caller, withdraw.operation)
      return {
        email: ({ email }) => cell(email),
        state: ({ state }) => badge(state === 'open' ? 'invitation_open' : state),
        since: ({ created_at: at }) => time(at),
        sent: ({ sent_at: at }) => time(at),
        expires: ({ expires_at: at }) => time(at),
        person: ({ accepted_by: id }) =>
          cell(id, id === null ? {} : { href: `/console/people/${encodeURIComponent(text(id))}` }),
        act: ({ id, state }) =>
          mayWithdraw && state === 'open'
            ? cell('withdraw', { kind: 'badge', tone: 'bad', href: `${path}/${text(id)}/withdraw` })
            : cell(null),
      }
    },
    makes: [{ href: '/console/people/invite', name: 'invite_person', operation: 'POST /admin/invitations' }],
  }),
  ...actPages(desk, [withdraw]),
]
