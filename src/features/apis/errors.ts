import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  api_not_found: { status: 404, title: 'There is no such API.' },
  api_exists: {
    status: 409,
    title: 'Another API has this identifier, or one of these types of details, already.',
  },
  api_changed: { status: 409, title: 'The API was changed meanwhile. Look at it and try again.' },
  too_many_apis: { status: 409, title: 'There are as many APIs as there may be: 200.' },
  api_invalid: { status: 422, title: 'The API cannot be registered like this.' },
})
