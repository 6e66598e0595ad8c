import type { Knex } from 'knex'

/**
 * The client by which `gatehouse login` signs people in: the same at every installation, since whoever runs the command may
 * have no other way to it than its address. It is an ordinary client that an operator may disable or delete. Public, without
 * a redirect: all it can do is ask for a device authorization (RFC 8628), which a person then approves.
 */
export async function up(knex: Knex): Promise<void> {
  const at = new Date()
  await knex('clients')
    .insert({
      id: 'gh_command_line_gatehouse',
      name: 'Gatehouse command line',
      owner_type: 'system',
      owner_id: null,
      first_party: true,
      development: false,
      metadata: JSON.stringify({
        application_type: 'native',
        redirect_uris: [],
        post_logout_redirect_uris: [],
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        response_types: [],
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: 'RS256',
        pkce_exempt: false,
        cors_origins: [],
        offline_access: 'allowed',
        audiences: [],
      }),
      created_at: at,
      updated_at: at,
    })
    .onConflict('id')
    .ignore()
}

export async function down(knex: Knex): Promise<void> {
  await knex('clients').where({ id: 'gh_command_line_gatehouse' }).delete()
}
