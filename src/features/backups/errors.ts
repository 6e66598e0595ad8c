import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  backup_not_written: { status: 409, title: 'The backup could not be written there.' },
  backup_not_readable: { status: 422, title: 'This is no whole backup of Gatehouse.' },
  backup_newer: { status: 409, title: 'The backup is of a newer version of Gatehouse than this one.' },
  backup_of_other_secrets: { status: 409, title: 'The backup was made with other secrets than these.' },
  database_not_empty: { status: 409, title: 'The database holds a service already.' },
  database_in_use: { status: 409, title: 'The database is in use.' },
})
