import { apple } from './apple.ts'
import type { Connector } from './connector.ts'
import { facebook } from './facebook.ts'
import { oauth2, oidc } from './generic.ts'
import { github } from './github.ts'
import { google } from './google.ts'
import { linkedin } from './linkedin.ts'
import { microsoft } from './microsoft.ts'

/** THE table of providers known by name, and of those known by their standard alone. */
export const connectors = {
  google,
  facebook,
  microsoft,
  apple,
  github,
  linkedin,
  oidc,
  oauth2,
} as const

export type ConnectorName = keyof typeof connectors

export const connectorNames = Object.keys(connectors) as [ConnectorName, ...ConnectorName[]] // those of the table above

/** A connector with the type of its options forgotten: they are checked by its schema wherever they come in. */
export const connectorNamed = (name: ConnectorName): Connector => connectors[name]
