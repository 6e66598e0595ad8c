import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect } from 'chai'
import { Command } from 'commander'

import { listClients } from '../../src/features/clients/index.ts'
import { addManagedCommands as commands } from '../support/client-commands.ts'
import { type Parts, parts } from '../support/parts.ts'

/** Runs `gatehouse client create …` in this process; what went wrong, or null. */
async function create(app: Parts, ...words: string[]): Promise<unknown> {
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  for (const group of program.commands)
    for (const command of group.commands)
      command.exitOverride().configureOutput({ writeErr: () => undefined })
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = () => true
  try {
    const base = ['client', 'create', '--name', 'Shop', '--redirect-uri', 'https://rp.example/cb']
    await program.parseAsync([...base, ...words], { from: 'user' })
    return null
  } catch (error) {
    return error
  } finally {
    process.stdout.write = write
  }
}

function keysFile(app: Parts): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const path = join(app.config.dataDir, 'keys.json')
  writeFileSync(
    path,
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'enc' }] }),
  )
  return path
}

describe('gatehouse client create: how a client asks and is answered', () => {
  it('registers what the options say, under the names of the specifications', async () => {
    const app = await parts()
    const failure = await create(
      app,
      ...['--keys', keysFile(app), '--request-object-alg', 'ES256', '--require-signed-request'],
      ...['--response-mode', 'query', 'form_post.jwt', '--response-alg', 'ES256'],
      ...['--id-token-alg', 'EdDSA', '--id-token-encryption', 'ECDH-ES/A256GCM'],
      ...['--userinfo-alg', 'RS256', '--userinfo-encryption', 'ECDH-ES+A256KW'],
      ...['--subject-type', 'pairwise', '--initiate-login-uri', 'https://rp.example/begin'],
    )
    expect(failure).to.equal(null)
    const [client] = await listClients(app, { limit: 1 })
    expect(client?.metadata).to.deep.include({
      request_object_signing_alg: 'ES256',
      require_signed_request_object: true,
      response_modes: ['query', 'form_post.jwt'],
      authorization_signed_response_alg: 'ES256',
      id_token_signed_response_alg: 'EdDSA',
      id_token_encrypted_response_alg: 'ECDH-ES',
      id_token_encrypted_response_enc: 'A256GCM',
      userinfo_signed_response_alg: 'RS256',
      userinfo_encrypted_response_alg: 'ECDH-ES+A256KW',
      userinfo_encrypted_response_enc: 'A128CBC-HS256',
      subject_type: 'pairwise',
      sector_host: 'rp.example',
      initiate_login_uri: 'https://rp.example/begin',
      token_endpoint_auth_method: 'client_secret_basic',
    })
    expect(client?.metadata.jwks?.keys.map(({ kid }) => kid)).to.deep.equal(['one'])
  })

  it('says nothing of what was not asked for', async () => {
    const app = await parts()
    expect(await create(app)).to.equal(null)
    const [client] = await listClients(app, { limit: 1 })
    expect(client?.metadata).not.to.have.any.keys(
      ...['jwks', 'subject_type', 'sector_host', 'response_modes', 'require_signed_request_object'],
      ...['userinfo_signed_response_alg', 'id_token_encrypted_response_alg', 'initiate_login_uri'],
    )
  })

  const refused: [words: string[], told: RegExp][] = [
    [['--id-token-encryption', 'dir'], /Allowed are RSA-OAEP-256/],
    [['--id-token-encryption', 'RSA-OAEP-256/none'], /Allowed are/],
    [['--id-token-encryption', 'RSA-OAEP-256'], /cannot be registered/],
    [['--id-token-alg', 'none'], /Allowed choices are RS256, ES256, EdDSA/],
    [['--userinfo-alg', 'HS256'], /Allowed choices/],
    [['--response-mode', 'web_message'], /Allowed choices/],
    [['--subject-type', 'random'], /Allowed choices/],
    [['--require-signed-request'], /cannot be registered/],
    [['--initiate-login-uri', 'http://rp.example/begin'], /cannot be registered/],
    [['--initiate-login-uri', 'javascript:alert(1)'], /cannot be registered/],
    [['--keys', '/nowhere'], /cannot be registered/],
  ]
  for (const [words, told] of refused) {
    it(`refuses ${words.join(' ')}`, async () => {
      const failure = await create(await parts(), ...words)
      expect(failure).to.be.instanceOf(Error)
      expect((failure as Error).message).to.match(told)
    })
  }
})
