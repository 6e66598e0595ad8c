import { defineErrors } from '../../platform/errors.ts'

/** What a person at a terminal is told; the status is nobody's here. */
export const errors = defineErrors({
  samples_in_production: { status: 409, title: 'Sample data is refused in production.' },
  samples_absent: { status: 404, title: 'There is no sample data here.' },
})
