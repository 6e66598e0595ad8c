/**
 * The configuration of one process, read once from the environment; nothing else reads `process.env`.
 *
 * What an operator changes while the service runs is a setting in the database, not a variable.
 */
export {
  type Config,
  type Databases,
  examineConfig,
  readConfig,
  readIssuer,
  type SmsConfig,
  type TracingConfig,
  type VariableFault,
} from './read.ts'
export { readVariable } from './read.ts'
export type { NamedKey } from './settings.ts'
