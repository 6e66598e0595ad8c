/**
 * Clients: the applications that may ask for tokens, how each proves who it is, and what it may have.
 *
 * Owns tables `clients`, `client_secrets` and `client_documents`. Publishes `auth.client.created`, `auth.client.disabled` and
 * `auth.client.deleted`. Every process keeps clients in memory and hears of changes over the bus.
 * Clients that register themselves come through features/registration, or are named by the address of their metadata document
 * (`documents/`).
 * Rules: RFC 6749 sections 2 and 3.1.2; RFC 7591; draft-ietf-oauth-client-id-metadata-document; RFC 8252; RFC 9700 section 2; docs/decisions/0010-clients.md.
 */
export { ClientKeys, publicKeysIn } from './client-keys.ts'
export { clientCommands } from './commands.ts'
export { createClient, type CreatedClient } from './create-client.ts'
export { DeclaredClient, DeclaredId, declaredOf, settled as settledClient } from './declared/declared.ts'
export { checkDeclared as checkDeclaredClient, declareClient } from './declared/declare-client.ts'
export { declaredSecrets, type KeptSecret, keptOf as keptSecretsOf, secretsHold } from './declared/secrets.ts'
export { deleteClient } from './delete-client.ts'
export { documentsAllowed } from './documents/open-documents.ts'
export { type ClientDirectory, openClients, type WithClients } from './directory.ts'
export { disableClient, enableClient } from './disable-client.ts'
export type { Conditions as ClientConditions } from './conditions.ts'
export { viewOf as clientViewOf } from './client-view.ts'
export { errors as clientErrors } from './errors.ts'
export { findClient, findPublicClient, listClients, readClient } from './find-clients.ts'
export {
  changeClient,
  createFromFields as createClientFromFields,
  replaceFields as replaceClientFields,
} from './management/change-client.ts'
export {
  endSecret as endClientSecret,
  listSecrets as listClientSecrets,
} from './management/client-secrets.ts'
export {
  ChangedFields as ChangedClientFields,
  ClientFields,
  clientTypes,
  ClientView,
  ClientWithSecret,
  NewClientFields,
  SecretView as ClientSecretView,
} from './management/schema.ts'
export type { ClientMetadata } from './metadata.ts'
export { identityScopes, ownProperties } from './provider-metadata.ts'
export { displayHost, mayReturnTo, redirectUriFault, validateRedirectUris } from './redirect-uris.ts'
export { allOfSystem as listSystemClients, type ClientFilter, type ClientRecord } from './repository.ts'
export { isOwnClient, openOwnClient } from './own-client.ts'
export { replaceClient } from './replace-client.ts'
export { contentEncryptions, encryptionAlgorithms, requestObjectAlgorithms } from './requests/algorithms.ts'
export { longestOverlapSeconds, rotateSecret, type RotatedSecret } from './rotate-secret.ts'
export { cibaGrant } from './requests/signed-asking.ts'
export { NewClient } from './schema.ts'
export { type ServiceScope, serviceScopes, serviceScopesIn, serviceScopesOf } from './service-scopes.ts'
export { demandPublicAddresses } from './self/addresses.ts'
export { withinPolicy } from './self/policy.ts'
export { registeredMetadata } from './self/registered-metadata.ts'
export { defaultMethods, RequestedMetadata, toNewClient } from './self/requested-metadata.ts'
export { type Demands, demandsOf, mustBind } from './profiles.ts'
