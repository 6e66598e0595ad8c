/**
 * For knex's own command line (`npx knex migrate:status`, `migrate:make`) on the database of DATABASE_URL. The service
 * brings its database to its version by itself when it starts.
 */
export const client = 'pg'
export const connection = process.env.DATABASE_URL
export const migrations = { directory: './migrations', loadExtensions: ['.ts'], extension: 'ts' }
