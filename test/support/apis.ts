import type { z } from 'zod'

import type { Gatehouse } from '../../src/app.ts'
import { type ApiRecord, createApi, NewApi } from '../../src/features/apis/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { randomMark } from '../../src/platform/crypto/index.ts'

/** Scopes of an API, each described in English and German. */
export const scopesNamed = (...names: string[]) =>
  names.map((name) => ({ name, description: { en: `May ${name} things`, de: `Darf ${name} machen` } }))

type Given = z.input<typeof NewApi>

/** A registered API with an identifier of its own. */
export async function registeredApi(app: Gatehouse, given: Partial<Given> = {}): Promise<ApiRecord> {
  const mark = randomMark().toLowerCase()
  const api = await createApi(
    app,
    bySystem,
    NewApi.parse({
      identifier: `https://${encodeURIComponent(mark)}.api.example/`,
      name: 'Tide tables',
      scopes: scopesNamed('read', 'write'),
      ...given,
    }),
  )
  while ((await app.apis.byIdentifier(api.identifier)) === null) await heard()
  return api
}

/** A process hears of a change from the database, a moment after it was made. */
const heard = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** A type of authorization details: payments of an API. */
export const payment = (type: string): NonNullable<Given['authorization_details_types']>[number] => ({
  type,
  title: { en: 'Payment', de: 'Zahlung' },
  summary: {
    en: 'Pay {instructedAmount} to {creditorName}',
    de: '{instructedAmount} an {creditorName} zahlen',
  },
  fields: [
    {
      kind: 'choices',
      name: 'actions',
      label: { en: 'It may', de: 'Darf' },
      required: true,
      options: [
        { value: 'initiate', label: { en: 'start it', de: 'sie beginnen' } },
        { value: 'status', label: { en: 'see how it goes', de: 'sehen, wie sie steht' } },
        { value: 'cancel' },
      ],
    },
    { kind: 'locations', name: 'locations', label: { en: 'Where', de: 'Wo' } },
    { kind: 'amount', name: 'instructedAmount', label: { en: 'Amount', de: 'Betrag' }, required: true },
    { kind: 'text', name: 'creditorName', label: { en: 'To', de: 'An' }, required: true, max_length: 70 },
    { kind: 'date', name: 'due', label: { en: 'Due', de: 'Fällig' } },
    { kind: 'boolean', name: 'urgent', label: { en: 'Urgent', de: 'Eilig' } },
    { kind: 'number', name: 'copies', label: { en: 'Copies', de: 'Kopien' }, minimum: 1, maximum: 9 },
  ],
})

export const paymentDetail = (type: string, more: Record<string, unknown> = {}) => ({
  type,
  actions: ['initiate', 'status'],
  instructedAmount: { amount: '123.50', currency: 'EUR' },
  creditorName: 'Merchant A',
  ...more,
})
