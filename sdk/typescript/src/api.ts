/** Made of /openapi.json by `npm run sdk`. Do not edit. */
export interface paths {
  '/.well-known/apple-app-site-association': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Say which applications on Apple’s systems may use passkeys of this host */
    get: operations['getWellKnownAppleAppSiteAssociation']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/.well-known/assetlinks.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Say which Android applications may use passkeys of this host */
    get: operations['getWellKnownAssetlinksJson']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/.well-known/ssf-configuration': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show the configuration of the transmitter (SSF 1.0) */
    get: operations['getWellKnownSsfConfiguration']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/.well-known/webauthn': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Say which other origins may use passkeys of this one */
    get: operations['getWellKnownWebauthn']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/apis': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List registered APIs, the newest first */
    get: operations['getAdminApis']
    put?: never
    /** Register an API that access tokens are for */
    post: operations['postAdminApis']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/apis/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a registered API */
    get: operations['getAdminApisId']
    put?: never
    post?: never
    /** Remove a registered API */
    delete: operations['deleteAdminApisId']
    options?: never
    head?: never
    /** Change a registered API */
    patch: operations['patchAdminApisId']
    trace?: never
  }
  '/admin/audit-logs': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List audit records, newest first */
    get: operations['getAdminAuditLogs']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/audit-logs/export': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Write out audit records, newest first, as lines of JSON */
    get: operations['getAdminAuditLogsExport']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/audit/chain': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show how far the audit log is chained and signed for */
    get: operations['getAdminAuditChain']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/audit/verifications': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List verifications of the audit log, newest first */
    get: operations['getAdminAuditVerifications']
    put?: never
    /** Verify the whole audit log, in the background */
    post: operations['postAdminAuditVerifications']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/audit/verifications/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show how far a verification of the audit log is, and what it found */
    get: operations['getAdminAuditVerificationsId']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/claim-hooks': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List the services that are asked for claims */
    get: operations['getAdminClaimHooks']
    put?: never
    /** Ask a service for claims */
    post: operations['postAdminClaimHooks']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/claim-hooks/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Ask a service for claims no more */
    delete: operations['deleteAdminClaimHooksId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/claims': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List the claims that are added to tokens */
    get: operations['getAdminClaims']
    put?: never
    /** Add a claim to tokens */
    post: operations['postAdminClaims']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/claims/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a claim that is added to tokens */
    get: operations['getAdminClaimsId']
    put?: never
    post?: never
    /** Add a claim to tokens no more */
    delete: operations['deleteAdminClaimsId']
    options?: never
    head?: never
    /** Change a claim that is added to tokens */
    patch: operations['patchAdminClaimsId']
    trace?: never
  }
  '/admin/clients': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List clients, the newest first */
    get: operations['getAdminClients']
    put?: never
    /** Register an application or a service account */
    post: operations['postAdminClients']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a client */
    get: operations['getAdminClientsId']
    /** Replace all that is registered of a client */
    put: operations['putAdminClientsId']
    post?: never
    /** Remove a client for good */
    delete: operations['deleteAdminClientsId']
    options?: never
    head?: never
    /** Change what is registered of a client */
    patch: operations['patchAdminClientsId']
    trace?: never
  }
  '/admin/clients/{id}/access': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Say whether a service account may do something, and why */
    get: operations['getAdminClientsIdAccess']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}/disable': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Bar a client at once */
    post: operations['postAdminClientsIdDisable']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}/enable': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Let a disabled client in again */
    post: operations['postAdminClientsIdEnable']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}/permissions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Give one permission to a service account, or deny it */
    post: operations['postAdminClientsIdPermissions']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}/permissions/{permission}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Take one permission from a service account, or lift its denial */
    delete: operations['deleteAdminClientsIdPermissionsPermission']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}/roles': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List roles and permissions of a service account, now or later */
    get: operations['getAdminClientsIdRoles']
    put?: never
    /** Give a role to a service account */
    post: operations['postAdminClientsIdRoles']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}/roles/{role}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Take a role from a service account */
    delete: operations['deleteAdminClientsIdRolesRole']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}/secrets': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List the secrets of a client by age and last use */
    get: operations['getAdminClientsIdSecrets']
    put?: never
    /** Give a client a new secret; the one before works a while longer */
    post: operations['postAdminClientsIdSecrets']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/clients/{id}/secrets/{secret_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** End a secret that has a successor before its time */
    delete: operations['deleteAdminClientsIdSecretsSecretId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/configuration': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Export the configuration as a document */
    get: operations['getAdminConfiguration']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/configuration/apply': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Make the configuration what a document says */
    post: operations['postAdminConfigurationApply']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/configuration/plan': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Compare a document with the configuration */
    post: operations['postAdminConfigurationPlan']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/deliveries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what other servers were to be told, dead letters unless others are asked for */
    get: operations['getAdminDeliveries']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/deliveries/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Try dead letters again, and what waits at once */
    post: operations['postAdminDeliveriesRetry']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/imports': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List imports, the newest first */
    get: operations['getAdminImports']
    put?: never
    /** Bring in people from a file, as CSV or as lines of JSON */
    post: operations['postAdminImports']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/imports/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show how far an import is */
    get: operations['getAdminImportsId']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/imports/{id}/cancel': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** End an import where it stands; whoever was brought in stays */
    post: operations['postAdminImportsIdCancel']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/imports/{id}/report': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what became of each row of an import */
    get: operations['getAdminImportsIdReport']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/imports/{id}/resume': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Let an import that was given up go on */
    post: operations['postAdminImportsIdResume']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/invitations': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List invitations, the newest first */
    get: operations['getAdminInvitations']
    put?: never
    /** Invite somebody, by a link or by mail */
    post: operations['postAdminInvitations']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/invitations/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Take an invitation back */
    delete: operations['deleteAdminInvitationsId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/jobs': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List jobs of the queue, those that failed unless others are asked for */
    get: operations['getAdminJobs']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/jobs/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Remove a job that failed: what it was to do is not done */
    delete: operations['deleteAdminJobsId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/jobs/{id}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Put a job that failed to work again */
    post: operations['postAdminJobsIdRetry']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/keys': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List signing keys with their states and ages, the oldest first */
    get: operations['getAdminKeys']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/keys/{kid}/revoke': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Refuse everything a leaked key has signed, at once */
    post: operations['postAdminKeysKidRevoke']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/keys/rotate': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Let the published keys sign and publish the next */
    post: operations['postAdminKeysRotate']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/lockouts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show what stands against a name after wrong passwords */
    get: operations['getAdminLockouts']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/lockouts/lift': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Forget what stands against a name after wrong passwords */
    post: operations['postAdminLockoutsLift']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/mail/bounces': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Report that mail to an address came back, or was complained about */
    post: operations['postAdminMailBounces']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/merges/{id}/undo': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Undo the merge of two accounts */
    post: operations['postAdminMergesIdUndo']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/permissions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List every permission there is */
    get: operations['getAdminPermissions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List identity providers in the order of their buttons */
    get: operations['getAdminProviders']
    put?: never
    /** Set an identity provider up */
    post: operations['postAdminProviders']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers/{slug}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show an identity provider */
    get: operations['getAdminProvidersSlug']
    put?: never
    post?: never
    /** Remove an identity provider */
    delete: operations['deleteAdminProvidersSlug']
    options?: never
    head?: never
    /** Change, enable or disable an identity provider */
    patch: operations['patchAdminProvidersSlug']
    trace?: never
  }
  '/admin/providers/{slug}/disable': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Let nobody sign in by an identity provider any more */
    post: operations['postAdminProvidersSlugDisable']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers/{slug}/domains': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List the domains of an identity provider */
    get: operations['getAdminProvidersSlugDomains']
    put?: never
    /** Add a domain that an identity provider is to speak for */
    post: operations['postAdminProvidersSlugDomains']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers/{slug}/domains/{domain}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Take a domain away from an identity provider */
    delete: operations['deleteAdminProvidersSlugDomainsDomain']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers/{slug}/domains/{domain}/check': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Look now whether the DNS proves a domain */
    post: operations['postAdminProvidersSlugDomainsDomainCheck']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers/{slug}/enable': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Let people sign in by an identity provider */
    post: operations['postAdminProvidersSlugEnable']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers/{slug}/test': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Look whether an identity provider is where its record says */
    post: operations['postAdminProvidersSlugTest']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers/{slug}/try': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Try what a sign-in by an identity provider would come to */
    post: operations['postAdminProvidersSlugTry']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/providers/connectors': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what kinds of identity provider there are, and what each wants to know */
    get: operations['getAdminProvidersConnectors']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/reactions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List reactions to events that were given up */
    get: operations['getAdminReactions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/reactions/{event_id}/{reaction}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Let go of a reaction that was given up */
    delete: operations['deleteAdminReactionsEventIdReaction']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/reactions/{event_id}/{reaction}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Let a reaction that was given up see its event once more */
    post: operations['postAdminReactionsEventIdReactionRetry']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/registration-tokens': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List initial access tokens, the newest first */
    get: operations['getAdminRegistrationTokens']
    put?: never
    /** Make a right of applications to register themselves */
    post: operations['postAdminRegistrationTokens']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/registration-tokens/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Take an initial access token back; what was registered by it stays */
    delete: operations['deleteAdminRegistrationTokensId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/roles': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List roles, the built-in ones first */
    get: operations['getAdminRoles']
    put?: never
    /** Make a role of your own */
    post: operations['postAdminRoles']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/roles/{name}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a role */
    get: operations['getAdminRolesName']
    put?: never
    post?: never
    /** Delete a role of your own */
    delete: operations['deleteAdminRolesName']
    options?: never
    head?: never
    /** Change a role of your own */
    patch: operations['patchAdminRolesName']
    trace?: never
  }
  '/admin/roles/{name}/holders': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List who holds a role, the newest first */
    get: operations['getAdminRolesNameHolders']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/sessions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List sessions */
    get: operations['getAdminSessions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/sessions/{id}/revoke': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** End a session */
    post: operations['postAdminSessionsIdRevoke']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/settings': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List settings with what holds, what may be and who changed them */
    get: operations['getAdminSettings']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/settings/{key}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a setting */
    get: operations['getAdminSettingsKey']
    /** Give a setting a value of its own */
    put: operations['putAdminSettingsKey']
    post?: never
    /** Take the own value of a setting away: the wider one or the default holds */
    delete: operations['deleteAdminSettingsKey']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/statistics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show sign-ins, failures, registrations and active users by day */
    get: operations['getAdminStatistics']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/statistics/now': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show the queue, the ages of keys and the time to dark */
    get: operations['getAdminStatisticsNow']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/streams': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List streams of security events, the newest first */
    get: operations['getAdminStreams']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/streams/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a stream of security events */
    get: operations['getAdminStreamsId']
    put?: never
    post?: never
    /** Delete a stream of security events */
    delete: operations['deleteAdminStreamsId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/streams/{id}/status': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Enable, pause or disable a stream, which is told so */
    post: operations['postAdminStreamsIdStatus']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List people */
    get: operations['getAdminUsers']
    put?: never
    /** Make an account for a person */
    post: operations['postAdminUsers']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a person */
    get: operations['getAdminUsersId']
    put?: never
    post?: never
    /** Delete a person and what is known about them */
    delete: operations['deleteAdminUsersId']
    options?: never
    head?: never
    /** Change a person: state, roles, address, what is told of them */
    patch: operations['patchAdminUsersId']
    trace?: never
  }
  '/admin/users/{id}/access': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Say whether a person may do something, and why */
    get: operations['getAdminUsersIdAccess']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/consents': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what a person lets applications have */
    get: operations['getAdminUsersIdConsents']
    put?: never
    post?: never
    /** Take back what a person lets an application have */
    delete: operations['deleteAdminUsersIdConsents']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List audit records about or by a person, newest first */
    get: operations['getAdminUsersIdEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/factors': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List a person’s second factors */
    get: operations['getAdminUsersIdFactors']
    put?: never
    post?: never
    /** Remove all second factors of a person, and sign them out everywhere */
    delete: operations['deleteAdminUsersIdFactors']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/identities': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List the accounts elsewhere that open a person’s account */
    get: operations['getAdminUsersIdIdentities']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/identities/{identity}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Disconnect an account elsewhere from a person’s account */
    delete: operations['deleteAdminUsersIdIdentitiesIdentity']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/merge': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Merge another account of the same person into this one */
    post: operations['postAdminUsersIdMerge']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/merges': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List the merges that an account was part of */
    get: operations['getAdminUsersIdMerges']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/passkeys': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List a person’s passkeys and security keys */
    get: operations['getAdminUsersIdPasskeys']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/passkeys/{passkey}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Delete a passkey or security key of a person */
    delete: operations['deleteAdminUsersIdPasskeysPasskey']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/password-reset': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Mail a person a link to another password */
    post: operations['postAdminUsersIdPasswordReset']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/permissions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Give one permission to a person, or deny it */
    post: operations['postAdminUsersIdPermissions']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/permissions/{permission}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Take one permission from a person, or lift its denial */
    delete: operations['deleteAdminUsersIdPermissionsPermission']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/restore': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Call the deletion of a person off */
    post: operations['postAdminUsersIdRestore']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/roles': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List roles and permissions of a person, now or later */
    get: operations['getAdminUsersIdRoles']
    put?: never
    /** Give a role to a person */
    post: operations['postAdminUsersIdRoles']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/roles/{role}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Take a role from a person */
    delete: operations['deleteAdminUsersIdRolesRole']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/{id}/sessions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List where a person is signed in */
    get: operations['getAdminUsersIdSessions']
    put?: never
    post?: never
    /** End every session of a person */
    delete: operations['deleteAdminUsersIdSessions']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/users/export': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Write out everybody, as CSV or as lines of JSON */
    get: operations['getAdminUsersExport']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/webhooks': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List webhooks, the newest first */
    get: operations['getAdminWebhooks']
    put?: never
    /** Tell a server of events */
    post: operations['postAdminWebhooks']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/webhooks/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a webhook */
    get: operations['getAdminWebhooksId']
    put?: never
    post?: never
    /** Delete a webhook */
    delete: operations['deleteAdminWebhooksId']
    options?: never
    head?: never
    /** Change, pause or resume a webhook */
    patch: operations['patchAdminWebhooksId']
    trace?: never
  }
  '/admin/webhooks/{id}/deliveries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what a webhook was told and what became of it, the newest first */
    get: operations['getAdminWebhooksIdDeliveries']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/webhooks/{id}/deliveries/{delivery}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Try a dead letter again, or what waits at once */
    post: operations['postAdminWebhooksIdDeliveriesDeliveryRetry']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/webhooks/{id}/replay': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Tell a webhook again what has happened since a time, or one event */
    post: operations['postAdminWebhooksIdReplay']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/webhooks/{id}/replays/{replay}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show how far a replay is */
    get: operations['getAdminWebhooksIdReplaysReplay']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/webhooks/{id}/secret': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sign with a new secret, and with the old one beside it for a time */
    post: operations['postAdminWebhooksIdSecret']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/admin/webhooks/{id}/test': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Send a ping and say what came back */
    post: operations['postAdminWebhooksIdTest']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/by-mail/start': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Mail a code to sign in by to whoever this is */
    post: operations['postAuthByMailStart']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/by-mail/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sign in with a code that was mailed, for our own applications */
    post: operations['postAuthByMailVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/email/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Prove an address by a mailed link */
    post: operations['postAuthEmailVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/email/verify/resend': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Mail the link that proves an address once more */
    post: operations['postAuthEmailVerifyResend']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/login': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sign in with a password, for our own applications */
    post: operations['postAuthLogin']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/logout': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sign out of the session of this access token */
    post: operations['postAuthLogout']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/logout-all': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sign out everywhere, offline access included */
    post: operations['postAuthLogoutAll']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/challenge': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Have a code sent, or get what a key is to sign, for our own applications */
    post: operations['postAuthMfaChallenge']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/enrol': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Begin to set up a second factor that a sign-in needs, for our own applications */
    post: operations['postAuthMfaEnrol']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/enrol/key': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Begin to set up a passkey or security key, for our own applications */
    post: operations['postAuthMfaEnrolKey']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/enrol/key/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Set up the key that was made, and sign in, for our own applications */
    post: operations['postAuthMfaEnrolKeyVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/enrol/phone': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Begin to set up a phone that a sign-in needs, for our own applications */
    post: operations['postAuthMfaEnrolPhone']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/enrol/phone/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Set up the phone by the code sent there, and sign in, for our own applications */
    post: operations['postAuthMfaEnrolPhoneVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/enrol/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Set up a second factor by a first code, and sign in, for our own applications */
    post: operations['postAuthMfaEnrolVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/lost': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Have lost second factors removed after a wait, for our own applications */
    post: operations['postAuthMfaLost']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/mfa/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sign in with a second factor, for our own applications */
    post: operations['postAuthMfaVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/oauth/{provider}/callback': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sign in with what another provider proved, for our own applications */
    post: operations['postAuthOauthProviderCallback']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/oauth/{provider}/nonce': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Get the nonce that an ID token from a provider’s SDK must hold */
    post: operations['postAuthOauthProviderNonce']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/passkey': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Sign in with a passkey, for our own applications */
    post: operations['postAuthPasskey']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/passkey/options': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Get what a passkey is to sign, for our own applications */
    post: operations['postAuthPasskeyOptions']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/password/change': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Change my password and sign out everywhere else */
    post: operations['postAuthPasswordChange']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/password/forgot': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Mail a link to a new password to whoever this is */
    post: operations['postAuthPasswordForgot']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/password/reset': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Choose a new password by a mailed link; everything signed in ends */
    post: operations['postAuthPasswordReset']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/refresh': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Exchange a refresh token, for our own applications */
    post: operations['postAuthRefresh']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/auth/register': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Create an account and sign in, for our own applications */
    post: operations['postAuthRegister']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/global-token-revocation': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** End all sessions and tokens of a person (Global Token Revocation) */
    post: operations['postGlobalTokenRevocation']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/health': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** How each part is */
    get: operations['getHealth']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/health/live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Whether the process runs */
    get: operations['getHealthLive']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/health/ready': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Whether requests can be answered */
    get: operations['getHealthReady']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/openapi.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Describe this API */
    get: operations['getOpenapiJson']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/profile/me': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show my profile */
    get: operations['getProfileMe']
    /** Replace what I may set of my profile; what is absent is cleared */
    put: operations['putProfileMe']
    post?: never
    delete?: never
    options?: never
    head?: never
    /** Change parts of my profile; what is absent stays, null clears */
    patch: operations['patchProfileMe']
    trace?: never
  }
  '/register': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Register an application (RFC 7591) */
    post: operations['postRegister']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/register/{client_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show an application its registration (RFC 7592) */
    get: operations['getRegisterClientId']
    /** Let an application change its registration (RFC 7592) */
    put: operations['putRegisterClientId']
    post?: never
    /** Let an application end its registration (RFC 7592) */
    delete: operations['deleteRegisterClientId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/ssf/poll/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Fetch and acknowledge security events (RFC 8936) */
    post: operations['postSsfPollId']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/ssf/status': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show whether a stream is enabled (SSF 1.0) */
    get: operations['getSsfStatus']
    put?: never
    /** Enable, pause or disable a stream (SSF 1.0) */
    post: operations['postSsfStatus']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/ssf/streams': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a receiver its streams, or one of them (SSF 1.0) */
    get: operations['getSsfStreams']
    /** Replace the configuration of a stream (SSF 1.0) */
    put: operations['putSsfStreams']
    /** Create the stream of a receiver (SSF 1.0) */
    post: operations['postSsfStreams']
    /** Delete a stream (SSF 1.0) */
    delete: operations['deleteSsfStreams']
    options?: never
    head?: never
    /** Change a stream (SSF 1.0) */
    patch: operations['patchSsfStreams']
    trace?: never
  }
  '/ssf/subjects/add': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Hear of a person again (SSF 1.0) */
    post: operations['postSsfSubjectsAdd']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/ssf/subjects/remove': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Hear no more of a person (SSF 1.0) */
    post: operations['postSsfSubjectsRemove']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/ssf/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Have a verification event sent over a stream (SSF 1.0) */
    post: operations['postSsfVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show my account */
    get: operations['getUsersMe']
    /** Replace what I may set of my account; what is absent is cleared */
    put: operations['putUsersMe']
    post?: never
    /** Delete my account, after the days in which I can undo it */
    delete: operations['deleteUsersMe']
    options?: never
    head?: never
    /** Change parts of my account; what is absent stays, null clears */
    patch: operations['patchUsersMe']
    trace?: never
  }
  '/users/me/authentication-requests': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what applications ask me for, newest first */
    get: operations['getUsersMeAuthenticationRequests']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/authentication-requests/{id}/approve': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Let an application have what it asks me for */
    post: operations['postUsersMeAuthenticationRequestsIdApprove']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/authentication-requests/{id}/deny': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Say no to what an application asks me for */
    post: operations['postUsersMeAuthenticationRequestsIdDeny']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/consents': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List the applications I let have something */
    get: operations['getUsersMeConsents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/consents/{client_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Take back what I let an application have */
    delete: operations['deleteUsersMeConsentsClientId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/custom-fields': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    /** Change what I may set of the fields that the operator added */
    patch: operations['patchUsersMeCustomFields']
    trace?: never
  }
  '/users/me/devices': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List the devices I signed in on, the one seen last first */
    get: operations['getUsersMeDevices']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/devices/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Forget one of my devices */
    delete: operations['deleteUsersMeDevicesId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/email': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /** Ask for another e-mail address, which a link sent there confirms */
    put: operations['putUsersMeEmail']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what happened in my account lately, newest first */
    get: operations['getUsersMeEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/events/{id}/disown': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Say that a sign-in was not me: end it and mail a link to a new password */
    post: operations['postUsersMeEventsIdDisown']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/export': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Download everything that is kept about me */
    get: operations['getUsersMeExport']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what confirms my sign-ins a second time */
    get: operations['getUsersMeFactors']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Remove one of my factors */
    delete: operations['deleteUsersMeFactorsId']
    options?: never
    head?: never
    /** Call one of my factors something else */
    patch: operations['patchUsersMeFactorsId']
    trace?: never
  }
  '/users/me/factors/mail': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Begin to have codes mailed to my address, which one confirms */
    post: operations['postUsersMeFactorsMail']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/mail/{id}/resend': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Send another code by mail to what I am adding */
    post: operations['postUsersMeFactorsMailIdResend']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/mail/{id}/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Turn codes by mail on by the one that was sent */
    post: operations['postUsersMeFactorsMailIdVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/recovery-codes': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Get new recovery codes; the old ones end */
    post: operations['postUsersMeFactorsRecoveryCodes']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/reset': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show whether my second factors are to be removed */
    get: operations['getUsersMeFactorsReset']
    put?: never
    post?: never
    /** Call the removal of my second factors off */
    delete: operations['deleteUsersMeFactorsReset']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/sms': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Begin to add a phone, to which a code is sent */
    post: operations['postUsersMeFactorsSms']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/sms/{id}/resend': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Send another code by text message to what I am adding */
    post: operations['postUsersMeFactorsSmsIdResend']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/sms/{id}/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Turn codes by text message on by the one that was sent */
    post: operations['postUsersMeFactorsSmsIdVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/totp': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Begin to add an authenticator app */
    post: operations['postUsersMeFactorsTotp']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/factors/totp/{id}/verify': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Turn the authenticator app on by a first code of it */
    post: operations['postUsersMeFactorsTotpIdVerify']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/identities': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List my accounts elsewhere that open this one */
    get: operations['getUsersMeIdentities']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/identities/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Connect an account elsewhere, with what its provider proved */
    post: operations['postUsersMeIdentitiesId']
    /** Disconnect an account elsewhere, unless nothing else opens this one */
    delete: operations['deleteUsersMeIdentitiesId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/identities/{id}/tokens': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Get the tokens that a provider gave at the last sign-in with it */
    get: operations['getUsersMeIdentitiesIdTokens']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/merges': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List what was merged into my account, newest first */
    get: operations['getUsersMeMerges']
    put?: never
    /** Show that another account is mine too, and what merging it would do */
    post: operations['postUsersMeMerges']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/merges/{id}/confirm': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Merge the account that was offered into mine */
    post: operations['postUsersMeMergesIdConfirm']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/merges/{id}/undo': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Undo a merge; what moved goes back */
    post: operations['postUsersMeMergesIdUndo']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/passkeys': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List my passkeys and security keys */
    get: operations['getUsersMePasskeys']
    put?: never
    /** Add the passkey or security key that was made with the options */
    post: operations['postUsersMePasskeys']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/passkeys/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Delete one of my passkeys, unless nothing else opens the account */
    delete: operations['deleteUsersMePasskeysId']
    options?: never
    head?: never
    /** Call one of my passkeys something else */
    patch: operations['patchUsersMePasskeysId']
    trace?: never
  }
  '/users/me/passkeys/options': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Get what a browser makes a passkey or security key with */
    post: operations['postUsersMePasskeysOptions']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/sessions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List where I am signed in, the session used last first */
    get: operations['getUsersMeSessions']
    put?: never
    post?: never
    /** Sign out everywhere else, or everywhere */
    delete: operations['deleteUsersMeSessions']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/users/me/sessions/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Sign out one of my sessions */
    delete: operations['deleteUsersMeSessionsId']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    __schema0: unknown
    __schema1: unknown
    __schema2: unknown
    __schema3: unknown
    __schema4: unknown
    AddedClaimHook: {
      cache_seconds: number
      client_id: string | null
      /** Format: date-time */
      created_at: string
      /** Format: uuid */
      id: string
      /** @enum {string} */
      on_failure: 'open' | 'closed'
      scope: string | null
      /** @description requests are signed with it; shown this once */
      secret: string
      timeout_ms: number
      tokens: ('id_token' | 'userinfo' | 'access_token')[]
      url: string
    }
    ClaimHook: {
      cache_seconds: number
      client_id: string | null
      /** Format: date-time */
      created_at: string
      /** Format: uuid */
      id: string
      /** @enum {string} */
      on_failure: 'open' | 'closed'
      scope: string | null
      timeout_ms: number
      tokens: ('id_token' | 'userinfo' | 'access_token')[]
      url: string
    }
    ClaimMapping: {
      attribute?:
        | (
            | 'email'
            | 'username'
            | 'name'
            | 'given_name'
            | 'family_name'
            | 'middle_name'
            | 'nickname'
            | 'profile'
            | 'picture'
            | 'website'
            | 'gender'
            | 'birthdate'
            | 'zoneinfo'
            | 'locale'
            | 'phone_number'
            | 'address'
            | 'role'
          )
        | string
      claim: string
      client_id: string | null
      /** Format: date-time */
      created_at: string
      /** Format: uuid */
      id: string
      scope: string | null
      tokens: ('id_token' | 'userinfo' | 'access_token')[]
      value?: unknown
    }
    ConfigurationPlan: {
      changes: {
        /** @enum {string} */
        action: 'create' | 'change' | 'delete'
        fields: {
          after?: unknown
          before?: unknown
          name: string
          /**
           * @description A secret, of which nothing else is told.
           * @constant
           */
          secret?: true
        }[]
        key: string
        /** @enum {string} */
        section:
          | 'roles'
          | 'identity_providers'
          | 'clients'
          | 'apis'
          | 'claims'
          | 'claim_hooks'
          | 'settings'
          | 'users'
      }[]
      summary: {
        change: number
        create: number
        delete: number
      }
    }
    CreatedWebhook: {
      /** Format: date-time */
      created_at: string
      created_by: {
        id: string | null
        type: string
      }
      description: string
      event_types: string[]
      failing_since: string | null
      /** Format: uuid */
      id: string
      previous_secret_until: string | null
      /** @description Messages are signed with it; shown this once. */
      secret: string
      /** @enum {string} */
      state: 'enabled' | 'paused' | 'disabled'
      stopped_because: ('asked' | 'failing' | 'gone') | null
      /** Format: date-time */
      updated_at: string
      url: string
    }
    Problem: {
      /** @description what happened and what to do; may change */
      detail?: string
      /** @description the code of RFC 6749, section 5.2, where one applies */
      error?: string
      errors?: {
        detail: string
        field: string
      }[]
      /** @description leads to the log; in the header x-request-id alone where answers are the same to the byte */
      request_id?: string
      status: number
      title: string
      /** @description urn:gatehouse:problem:<code>; stable */
      type: string
    } & {
      [key: string]: unknown
    }
    Tokens: {
      /** @description a JWT (RFC 9068) */
      access_token: string
      /** @description seconds the access token lives */
      expires_in: number
      /** @description absent when the scope does not hold `openid` */
      id_token?: string
      /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
      issued_at: number
      /** @description the key the access token is signed with, as in /.well-known/jwks.json */
      kid: string
      /** @description seconds the refresh token lives when it is not used before */
      refresh_expires_in?: number
      /** @description opaque; good for one use */
      refresh_token?: string
      /** @description what was granted; may be less than what was asked for */
      scope: string
      /** @description the `sid` in all tokens of this session */
      session_id: string
      token_type: string
    }
    Webhook: {
      /** Format: date-time */
      created_at: string
      created_by: {
        id: string | null
        type: string
      }
      description: string
      event_types: string[]
      failing_since: string | null
      /** Format: uuid */
      id: string
      previous_secret_until: string | null
      /** @enum {string} */
      state: 'enabled' | 'paused' | 'disabled'
      stopped_because: ('asked' | 'failing' | 'gone') | null
      /** Format: date-time */
      updated_at: string
      url: string
    }
    WebhookDelivery: {
      attempts: number
      /** Format: date-time */
      caused_at: string
      /** Format: date-time */
      created_at: string
      ended_at: string | null
      event_id: string
      event_type: string
      /** Format: uuid */
      id: string
      last_ms: number | null
      last_result: string | null
      last_status: number | null
      next_attempt_at: string | null
      replay_id: string | null
      /** @enum {string} */
      state: 'waiting' | 'delivered' | 'refused' | 'expired' | 'dropped'
    }
    WebhookReplay: {
      /** Format: date-time */
      created_at: string
      ended_at: string | null
      event_types: string[]
      /** Format: uuid */
      id: string
      /** @description time of the last event queued; go on from here after the most */
      looked_until: string | null
      /** @description events queued until now */
      queued: number
      /** Format: date-time */
      since: string
      /** @enum {string} */
      state: 'running' | 'ended'
      /** Format: date-time */
      until: string
      /** Format: uuid */
      webhook_id: string
    }
    WebhookTest: {
      event_id: string
      ms: number
      /** @description delivered, or what went wrong */
      result: string
      /** @description of the answer; null: there was none */
      status: number | null
    }
  }
  responses: never
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  getWellKnownAppleAppSiteAssociation: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            webcredentials: {
              apps: string[]
            }
          }
        }
      }
    }
  }
  getWellKnownAssetlinksJson: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            relation: string[]
            target: {
              /** @constant */
              namespace: 'android_app'
              package_name: string
              sha256_cert_fingerprints: string[]
            }
          }[]
        }
      }
    }
  }
  getWellKnownSsfConfiguration: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            add_subject_endpoint: string
            authorization_schemes: {
              spec_urn: string
            }[]
            configuration_endpoint: string
            critical_subject_members: string[]
            /** @enum {string} */
            default_subjects: 'ALL' | 'NONE'
            delivery_methods_supported: string[]
            issuer: string
            jwks_uri: string
            remove_subject_endpoint: string
            spec_version: string
            status_endpoint: string
            verification_endpoint: string
          }
        }
      }
    }
  }
  getWellKnownWebauthn: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            origins: string[]
          }
        }
      }
    }
  }
  getAdminApis: {
    parameters: {
      query?: {
        after?: string
        limit?: number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              access_token_seconds: number
              authorization_details_types: {
                [key: string]: unknown
              }[]
              clients: {
                client_id: string
                scopes: string[] | null
              }[]
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              identifier: string
              name: string
              /** @enum {string} */
              open_to: 'listed' | 'first-party' | 'all'
              owner: {
                id: string | null
                type: string
              }
              revision: number
              scopes: {
                description: {
                  [key: string]: string
                }
                name: string
              }[]
              /** @enum {string} */
              signing_algorithm: 'ES256' | 'RS256' | 'EdDSA'
              /** @enum {string} */
              token_format: 'jwt' | 'opaque'
              /** Format: date-time */
              updated_at: string
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminApis: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "identifier": "tides",
         *       "name": "tides",
         *       "token_format": "jwt",
         *       "signing_algorithm": "ES256",
         *       "access_token_seconds": 300,
         *       "open_to": "first-party",
         *       "scopes": [],
         *       "authorization_details_types": [],
         *       "clients": []
         *     }
         */
        'application/json': {
          /** @default 300 */
          access_token_seconds?: number
          /** @default [] */
          authorization_details_types?: {
            fields: (
              | {
                  /** @constant */
                  kind: 'text'
                  label: {
                    [key: string]: string
                  }
                  /** @default 200 */
                  max_length?: number
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'number'
                  label: {
                    [key: string]: string
                  }
                  maximum?: number
                  minimum?: number
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'boolean'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'date'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'amount'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'choice'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  options: {
                    label?: {
                      [key: string]: string
                    }
                    value: string
                  }[]
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'choices'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  options: {
                    label?: {
                      [key: string]: string
                    }
                    value: string
                  }[]
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'locations'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  /** @default false */
                  required?: boolean
                }
            )[]
            /** @description One sentence above the fields; {field} stands for the value of a required field. */
            summary?: {
              [key: string]: string
            }
            title: {
              [key: string]: string
            }
            type: string
          }[]
          /** @default [] */
          clients?: {
            client_id: string
            /**
             * @description Null: all of the API.
             * @default null
             */
            scopes?: string[] | null
          }[]
          /** @description What clients name as `resource`, and the `aud` of its tokens. Never changes. */
          identifier: string
          name: string
          /**
           * @description Whose clients may ask besides those listed: nobody’s, our own, or everybody’s, these only with a person’s consent.
           * @default first-party
           * @enum {string}
           */
          open_to?: 'listed' | 'first-party' | 'all'
          /** @default [] */
          scopes?: {
            /** @description What it lets a client do, as people read it, by language. */
            description: {
              [key: string]: string
            }
            name: string
          }[]
          /**
           * @default ES256
           * @enum {string}
           */
          signing_algorithm?: 'ES256' | 'RS256' | 'EdDSA'
          /**
           * @default jwt
           * @enum {string}
           */
          token_format?: 'jwt' | 'opaque'
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            access_token_seconds: number
            authorization_details_types: {
              [key: string]: unknown
            }[]
            clients: {
              client_id: string
              scopes: string[] | null
            }[]
            /** Format: date-time */
            created_at: string
            /** Format: uuid */
            id: string
            identifier: string
            name: string
            /** @enum {string} */
            open_to: 'listed' | 'first-party' | 'all'
            owner: {
              id: string | null
              type: string
            }
            revision: number
            scopes: {
              description: {
                [key: string]: string
              }
              name: string
            }[]
            /** @enum {string} */
            signing_algorithm: 'ES256' | 'RS256' | 'EdDSA'
            /** @enum {string} */
            token_format: 'jwt' | 'opaque'
            /** Format: date-time */
            updated_at: string
          }
        }
      }
    }
  }
  getAdminApisId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            access_token_seconds: number
            authorization_details_types: {
              [key: string]: unknown
            }[]
            clients: {
              client_id: string
              scopes: string[] | null
            }[]
            /** Format: date-time */
            created_at: string
            /** Format: uuid */
            id: string
            identifier: string
            name: string
            /** @enum {string} */
            open_to: 'listed' | 'first-party' | 'all'
            owner: {
              id: string | null
              type: string
            }
            revision: number
            scopes: {
              description: {
                [key: string]: string
              }
              name: string
            }[]
            /** @enum {string} */
            signing_algorithm: 'ES256' | 'RS256' | 'EdDSA'
            /** @enum {string} */
            token_format: 'jwt' | 'opaque'
            /** Format: date-time */
            updated_at: string
          }
        }
      }
    }
  }
  deleteAdminApisId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchAdminApisId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "revision": 1,
         *       "name": "tides",
         *       "token_format": "jwt",
         *       "signing_algorithm": "ES256",
         *       "access_token_seconds": 60,
         *       "open_to": "listed",
         *       "scopes": [
         *         {
         *           "name": "tides",
         *           "description": {}
         *         }
         *       ],
         *       "authorization_details_types": [
         *         {
         *           "type": "tides",
         *           "title": {},
         *           "summary": {},
         *           "fields": [
         *             {
         *               "kind": "text",
         *               "name": "tides",
         *               "label": {},
         *               "required": false,
         *               "max_length": 200
         *             }
         *           ]
         *         }
         *       ],
         *       "clients": [
         *         {
         *           "client_id": "tides",
         *           "scopes": null
         *         }
         *       ]
         *     }
         */
        'application/json': {
          access_token_seconds?: number
          authorization_details_types?: {
            fields: (
              | {
                  /** @constant */
                  kind: 'text'
                  label: {
                    [key: string]: string
                  }
                  /** @default 200 */
                  max_length?: number
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'number'
                  label: {
                    [key: string]: string
                  }
                  maximum?: number
                  minimum?: number
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'boolean'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'date'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'amount'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'choice'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  options: {
                    label?: {
                      [key: string]: string
                    }
                    value: string
                  }[]
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'choices'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  options: {
                    label?: {
                      [key: string]: string
                    }
                    value: string
                  }[]
                  /** @default false */
                  required?: boolean
                }
              | {
                  /** @constant */
                  kind: 'locations'
                  label: {
                    [key: string]: string
                  }
                  name: string
                  /** @default false */
                  required?: boolean
                }
            )[]
            /** @description One sentence above the fields; {field} stands for the value of a required field. */
            summary?: {
              [key: string]: string
            }
            title: {
              [key: string]: string
            }
            type: string
          }[]
          clients?: {
            client_id: string
            /**
             * @description Null: all of the API.
             * @default null
             */
            scopes?: string[] | null
          }[]
          name?: string
          /**
           * @description Whose clients may ask besides those listed: nobody’s, our own, or everybody’s, these only with a person’s consent.
           * @enum {string}
           */
          open_to?: 'listed' | 'first-party' | 'all'
          /** @description Of the API that the change was made to; another is refused. Demanded without If-Match. */
          revision?: number
          scopes?: {
            /** @description What it lets a client do, as people read it, by language. */
            description: {
              [key: string]: string
            }
            name: string
          }[]
          /** @enum {string} */
          signing_algorithm?: 'ES256' | 'RS256' | 'EdDSA'
          /** @enum {string} */
          token_format?: 'jwt' | 'opaque'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            access_token_seconds: number
            authorization_details_types: {
              [key: string]: unknown
            }[]
            clients: {
              client_id: string
              scopes: string[] | null
            }[]
            /** Format: date-time */
            created_at: string
            /** Format: uuid */
            id: string
            identifier: string
            name: string
            /** @enum {string} */
            open_to: 'listed' | 'first-party' | 'all'
            owner: {
              id: string | null
              type: string
            }
            revision: number
            scopes: {
              description: {
                [key: string]: string
              }
              name: string
            }[]
            /** @enum {string} */
            signing_algorithm: 'ES256' | 'RS256' | 'EdDSA'
            /** @enum {string} */
            token_format: 'jwt' | 'opaque'
            /** Format: date-time */
            updated_at: string
          }
        }
      }
    }
  }
  getAdminAuditLogs: {
    parameters: {
      query?: {
        action?: string
        actor?: string
        after?: string
        class?: 'governance' | 'sign-in' | 'token'
        limit?: number
        outcome?: 'success' | 'failure' | 'denied'
        /** @description Of the request that it was done in. */
        request_id?: string
        since?: string
        target?: string
        until?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              action: string
              actor: {
                id: string | null
                type: string
              }
              changes: components['schemas']['__schema1']
              /** @enum {string} */
              class: 'governance' | 'sign-in' | 'token'
              details: components['schemas']['__schema2']
              /** Format: uuid */
              id: string
              ip: string | null
              organization_id: string | null
              /** @enum {string} */
              outcome: 'success' | 'failure' | 'denied'
              /** @enum {string} */
              personal: 'none' | 'readable' | 'erased' | 'lost'
              personal_changes: {
                after: components['schemas']['__schema4']
                before: components['schemas']['__schema3']
              } | null
              reason: string | null
              recorded_at: string
              request_id: string | null
              target: {
                id: string | null
                type: string
              } | null
              user_agent: string | null
            }[]
            next: string | null
          }
        }
      }
    }
  }
  getAdminAuditLogsExport: {
    parameters: {
      query?: {
        action?: string
        actor?: string
        class?: 'governance' | 'sign-in' | 'token'
        outcome?: 'success' | 'failure' | 'denied'
        /** @description Of the request that it was done in. */
        request_id?: string
        since?: string
        target?: string
        until?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/x-ndjson': string
        }
      }
    }
  }
  getAdminAuditChain: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            chains: {
              /** Format: date-time */
              chained_at: string
              checkpoint: {
                sequence: number
                /** Format: date-time */
                signed_at: string
                /** @description Signed by a key of this service. */
                vouched: boolean
              } | null
              /** @enum {string} */
              class: 'governance' | 'sign-in' | 'token'
              links_since_checkpoint: number
              /** @description How many records were ever chained. */
              sequence: number
            }[]
            oldest_waiting_at: string | null
            /** @description Records that are not chained yet; at most 10,000 are counted. */
            waiting: number
          }
        }
      }
    }
  }
  getAdminAuditVerifications: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description The newest twenty, newest first. */
            items: {
              classes: {
                /** @enum {string} */
                class: 'governance' | 'sign-in' | 'token'
                first_bad: {
                  detail: string
                  /** @description Like edited, deleted or rewritten. */
                  fault: string
                  record_id: string | null
                  sequence: number | null
                } | null
                /** @description Verified; those before the first bad one, where there is one. */
                records: number
                /** @description The last link that a checkpoint vouches for. */
                signed_through: number | null
                /** @description The last link; null: nothing is chained. */
                through: number | null
              }[]
              ended_at: string | null
              /** Format: uuid */
              id: string
              /** Format: date-time */
              started_at: string
              started_by: {
                id: string | null
                type: string
              }
              /**
               * @description `given_up`: it failed for the last time, or its process died. It says nothing of the log.
               * @enum {string}
               */
              state: 'waiting' | 'running' | 'ended' | 'given_up'
              /** @description null: not known yet. */
              whole: boolean | null
            }[]
          }
        }
      }
    }
  }
  postAdminAuditVerifications: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            classes: {
              /** @enum {string} */
              class: 'governance' | 'sign-in' | 'token'
              first_bad: {
                detail: string
                /** @description Like edited, deleted or rewritten. */
                fault: string
                record_id: string | null
                sequence: number | null
              } | null
              /** @description Verified; those before the first bad one, where there is one. */
              records: number
              /** @description The last link that a checkpoint vouches for. */
              signed_through: number | null
              /** @description The last link; null: nothing is chained. */
              through: number | null
            }[]
            ended_at: string | null
            /** Format: uuid */
            id: string
            /** Format: date-time */
            started_at: string
            started_by: {
              id: string | null
              type: string
            }
            /**
             * @description `given_up`: it failed for the last time, or its process died. It says nothing of the log.
             * @enum {string}
             */
            state: 'waiting' | 'running' | 'ended' | 'given_up'
            /** @description null: not known yet. */
            whole: boolean | null
          }
        }
      }
    }
  }
  getAdminAuditVerificationsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            classes: {
              /** @enum {string} */
              class: 'governance' | 'sign-in' | 'token'
              first_bad: {
                detail: string
                /** @description Like edited, deleted or rewritten. */
                fault: string
                record_id: string | null
                sequence: number | null
              } | null
              /** @description Verified; those before the first bad one, where there is one. */
              records: number
              /** @description The last link that a checkpoint vouches for. */
              signed_through: number | null
              /** @description The last link; null: nothing is chained. */
              through: number | null
            }[]
            ended_at: string | null
            /** Format: uuid */
            id: string
            /** Format: date-time */
            started_at: string
            started_by: {
              id: string | null
              type: string
            }
            /**
             * @description `given_up`: it failed for the last time, or its process died. It says nothing of the log.
             * @enum {string}
             */
            state: 'waiting' | 'running' | 'ended' | 'given_up'
            /** @description null: not known yet. */
            whole: boolean | null
          }
        }
      }
    }
  }
  getAdminClaimHooks: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['ClaimHook'][]
          }
        }
      }
    }
  }
  postAdminClaimHooks: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://app.example.com/callback",
         *       "client_id": null,
         *       "scope": null,
         *       "tokens": [
         *         "id_token"
         *       ],
         *       "timeout_ms": 500,
         *       "cache_seconds": 60,
         *       "on_failure": "closed"
         *     }
         */
        'application/json': {
          /** @default 60 */
          cache_seconds?: number
          /** @default null */
          client_id?: string | null
          /**
           * @default closed
           * @enum {string}
           */
          on_failure?: 'open' | 'closed'
          /** @default null */
          scope?: string | null
          /** @default 500 */
          timeout_ms?: number
          tokens: ('id_token' | 'userinfo' | 'access_token')[]
          /** Format: uri */
          url: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AddedClaimHook']
        }
      }
    }
  }
  deleteAdminClaimHooksId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminClaims: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['ClaimMapping'][]
          }
        }
      }
    }
  }
  postAdminClaims: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "claim": "tides",
         *       "client_id": null,
         *       "scope": null,
         *       "tokens": [
         *         "id_token"
         *       ],
         *       "attribute": "email",
         *       "value": {}
         *     }
         */
        'application/json': {
          attribute?:
            | (
                | 'email'
                | 'username'
                | 'name'
                | 'given_name'
                | 'family_name'
                | 'middle_name'
                | 'nickname'
                | 'profile'
                | 'picture'
                | 'website'
                | 'gender'
                | 'birthdate'
                | 'zoneinfo'
                | 'locale'
                | 'phone_number'
                | 'address'
                | 'role'
              )
            | string
          claim: string
          /** @default null */
          client_id?: string | null
          /** @default null */
          scope?: string | null
          tokens: ('id_token' | 'userinfo' | 'access_token')[]
          value?: unknown
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ClaimMapping']
        }
      }
    }
  }
  getAdminClaimsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ClaimMapping']
        }
      }
    }
  }
  deleteAdminClaimsId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchAdminClaimsId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "claim": "tides",
         *       "client_id": "tides",
         *       "scope": "tides",
         *       "tokens": [
         *         "id_token"
         *       ],
         *       "attribute": "email",
         *       "value": {}
         *     }
         */
        'application/json': {
          attribute?:
            | (
                | 'email'
                | 'username'
                | 'name'
                | 'given_name'
                | 'family_name'
                | 'middle_name'
                | 'nickname'
                | 'profile'
                | 'picture'
                | 'website'
                | 'gender'
                | 'birthdate'
                | 'zoneinfo'
                | 'locale'
                | 'phone_number'
                | 'address'
                | 'role'
              )
            | string
          claim?: string
          /** @description Null: for every client. */
          client_id?: string | null
          /** @description Null: under no scope. */
          scope?: string | null
          tokens?: ('id_token' | 'userinfo' | 'access_token')[]
          value?: unknown
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ClaimMapping']
        }
      }
    }
  }
  getAdminClients: {
    parameters: {
      query?: {
        after?: string
        first_party?: 'true' | 'false'
        limit?: number
        owner?: 'system' | 'organization' | 'user' | 'self'
        owner_id?: string
        /** @description Part of the name, or the id. */
        search?: string
        state?: 'enabled' | 'disabled'
        type?: 'public' | 'confidential' | 'service'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              allowed_scopes?: string[]
              application_type?: string
              audiences?: string[]
              authorization_details_types?: string[]
              authorization_encrypted_response_alg?: string
              authorization_encrypted_response_enc?: string
              authorization_signed_response_alg?: string
              backchannel_authentication_request_signing_alg?: string
              backchannel_client_notification_endpoint?: string
              backchannel_logout_session_required?: boolean
              backchannel_logout_uri?: string
              backchannel_token_delivery_mode?: string
              client_id: string
              client_name: string
              client_uri?: string
              cors_origins?: string[]
              /** Format: date-time */
              created_at: string
              /** @description Reachable only on a developer’s machine; refused in production. */
              development: boolean
              disabled_at: string | null
              dpop_bound_access_tokens?: boolean
              enabled: boolean
              exchange_from?: string[]
              exchange_impersonation?: boolean
              exchange_to?: string[]
              expires_at: string | null
              first_party: boolean
              frontchannel_logout_session_required?: boolean
              frontchannel_logout_uri?: string
              grant_types?: string[]
              hosts: string[]
              id_token_encrypted_response_alg?: string
              id_token_encrypted_response_enc?: string
              id_token_signed_response_alg?: string
              initiate_login_uri?: string
              introspection_signed_response_alg?: string
              jwks?: {
                [key: string]: unknown
              }
              jwks_uri?: string
              logo_uri?: string
              offline_access?: string
              owner: {
                id: string | null
                type: string
              }
              pkce_exempt?: boolean
              policy_uri?: string
              post_logout_redirect_uris?: string[]
              profile?: string
              redirect_uris?: string[]
              request_object_signing_alg?: string
              require_signed_request_object?: boolean
              response_modes?: string[]
              response_types: string[]
              secrets: {
                /** Format: date-time */
                created_at: string
                /** @description Null: the current one. */
                expires_at: string | null
                /** Format: uuid */
                id: string
              }[]
              sector_identifier_uri?: string
              subject_type?: string
              tls_client_auth_san_dns?: string
              tls_client_auth_san_email?: string
              tls_client_auth_san_ip?: string
              tls_client_auth_san_uri?: string
              tls_client_auth_subject_dn?: string
              tls_client_certificate_bound_access_tokens?: boolean
              token_endpoint_auth_method?: string
              tos_uri?: string
              /** @enum {string} */
              type: 'public' | 'confidential' | 'service'
              /** Format: date-time */
              updated_at: string
              userinfo_encrypted_response_alg?: string
              userinfo_encrypted_response_enc?: string
              userinfo_signed_response_alg?: string
              version: number
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminClients: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_name": "tides",
         *       "application_type": "web",
         *       "redirect_uris": [
         *         "tides"
         *       ],
         *       "post_logout_redirect_uris": [
         *         "tides"
         *       ],
         *       "grant_types": [
         *         "authorization_code"
         *       ],
         *       "token_endpoint_auth_method": "client_secret_basic",
         *       "jwks": {
         *         "keys": [
         *           {}
         *         ]
         *       },
         *       "jwks_uri": "tides",
         *       "tls_client_auth_subject_dn": "tides",
         *       "tls_client_auth_san_dns": "tides",
         *       "tls_client_auth_san_uri": "tides",
         *       "tls_client_auth_san_ip": "tides",
         *       "tls_client_auth_san_email": "tides",
         *       "first_party": true,
         *       "expires_at": "2030-01-31T12:00:00.000Z",
         *       "pkce_exempt": true,
         *       "cors_origins": [
         *         "tides"
         *       ],
         *       "allowed_scopes": [
         *         "tides"
         *       ],
         *       "offline_access": "allowed",
         *       "audiences": [
         *         "tides"
         *       ],
         *       "profile": "fapi2",
         *       "logo_uri": "tides",
         *       "policy_uri": "tides",
         *       "tos_uri": "tides",
         *       "client_uri": "tides",
         *       "id_token_signed_response_alg": "RS256",
         *       "introspection_signed_response_alg": "RS256",
         *       "dpop_bound_access_tokens": true,
         *       "tls_client_certificate_bound_access_tokens": true,
         *       "request_object_signing_alg": "RS256",
         *       "require_signed_request_object": true,
         *       "response_modes": [
         *         "query"
         *       ],
         *       "authorization_signed_response_alg": "RS256",
         *       "authorization_encrypted_response_alg": "RSA-OAEP-256",
         *       "authorization_encrypted_response_enc": "A128CBC-HS256",
         *       "id_token_encrypted_response_alg": "RSA-OAEP-256",
         *       "id_token_encrypted_response_enc": "A128CBC-HS256",
         *       "userinfo_signed_response_alg": "RS256",
         *       "userinfo_encrypted_response_alg": "RSA-OAEP-256",
         *       "userinfo_encrypted_response_enc": "A128CBC-HS256",
         *       "subject_type": "public",
         *       "sector_identifier_uri": "tides",
         *       "initiate_login_uri": "tides",
         *       "authorization_details_types": [
         *         "tides"
         *       ],
         *       "exchange_from": [
         *         "tides"
         *       ],
         *       "exchange_to": [
         *         "tides"
         *       ],
         *       "exchange_impersonation": true,
         *       "backchannel_token_delivery_mode": "poll",
         *       "backchannel_client_notification_endpoint": "tides",
         *       "backchannel_authentication_request_signing_alg": "RS256",
         *       "backchannel_logout_uri": "tides",
         *       "backchannel_logout_session_required": true,
         *       "frontchannel_logout_uri": "tides",
         *       "frontchannel_logout_session_required": true,
         *       "owner": {
         *         "type": "system"
         *       }
         *     }
         */
        'application/json': {
          /** @description Everything it may ask for; absent: no limit. */
          allowed_scopes?: string[]
          /** @enum {string} */
          application_type?: 'web' | 'native'
          /** @description Resources whose tokens it may introspect. */
          audiences?: string[]
          authorization_details_types?: string[]
          /** @enum {string} */
          authorization_encrypted_response_alg?:
            'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW'
          /** @enum {string} */
          authorization_encrypted_response_enc?: 'A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM'
          /** @enum {string} */
          authorization_signed_response_alg?: 'RS256' | 'ES256' | 'EdDSA'
          /** @enum {string} */
          backchannel_authentication_request_signing_alg?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
          backchannel_client_notification_endpoint?: string
          backchannel_logout_session_required?: boolean
          backchannel_logout_uri?: string
          /** @enum {string} */
          backchannel_token_delivery_mode?: 'poll' | 'ping'
          /** @description Shown to people who are asked for consent. */
          client_name: string
          client_uri?: string
          cors_origins?: string[]
          dpop_bound_access_tokens?: boolean
          exchange_from?: string[]
          exchange_impersonation?: boolean
          exchange_to?: string[]
          /**
           * Format: date-time
           * @description From when on it is refused.
           */
          expires_at?: string
          /** @description Belongs to this service: people are not asked for consent. */
          first_party?: boolean
          frontchannel_logout_session_required?: boolean
          frontchannel_logout_uri?: string
          /** @description Only `client_credentials`, without redirect URIs: a service account. */
          grant_types?: (
            | 'authorization_code'
            | 'refresh_token'
            | 'client_credentials'
            | 'urn:ietf:params:oauth:grant-type:token-exchange'
            | 'urn:ietf:params:oauth:grant-type:jwt-bearer'
            | 'urn:ietf:params:oauth:grant-type:device_code'
            | 'urn:openid:params:grant-type:ciba'
          )[]
          /** @enum {string} */
          id_token_encrypted_response_alg?: 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW'
          /** @enum {string} */
          id_token_encrypted_response_enc?: 'A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM'
          /** @enum {string} */
          id_token_signed_response_alg?: 'RS256' | 'ES256' | 'EdDSA'
          initiate_login_uri?: string
          /** @enum {string} */
          introspection_signed_response_alg?: 'RS256' | 'ES256' | 'EdDSA'
          jwks?: {
            keys: {
              [key: string]: unknown
            }[]
          }
          jwks_uri?: string
          logo_uri?: string
          /** @enum {string} */
          offline_access?: 'allowed' | 'refused'
          owner?:
            | {
                /** @constant */
                type: 'system'
              }
            | {
                id: string
                /** @enum {string} */
                type: 'organization' | 'user'
              }
          /** @description May leave out PKCE; only a confidential client. */
          pkce_exempt?: boolean
          policy_uri?: string
          post_logout_redirect_uris?: string[]
          /** @enum {string} */
          profile?: 'fapi2'
          /** @description Where codes are sent; compared character by character. */
          redirect_uris?: string[]
          /** @enum {string} */
          request_object_signing_alg?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
          require_signed_request_object?: boolean
          response_modes?: (
            'query' | 'fragment' | 'form_post' | 'jwt' | 'query.jwt' | 'fragment.jwt' | 'form_post.jwt'
          )[]
          sector_identifier_uri?: string
          /** @enum {string} */
          subject_type?: 'public' | 'pairwise'
          tls_client_auth_san_dns?: string
          tls_client_auth_san_email?: string
          tls_client_auth_san_ip?: string
          tls_client_auth_san_uri?: string
          tls_client_auth_subject_dn?: string
          tls_client_certificate_bound_access_tokens?: boolean
          /** @enum {string} */
          token_endpoint_auth_method?:
            | 'client_secret_basic'
            | 'client_secret_post'
            | 'private_key_jwt'
            | 'tls_client_auth'
            | 'self_signed_tls_client_auth'
            | 'none'
          tos_uri?: string
          /** @enum {string} */
          userinfo_encrypted_response_alg?: 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW'
          /** @enum {string} */
          userinfo_encrypted_response_enc?: 'A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM'
          /** @enum {string} */
          userinfo_signed_response_alg?: 'RS256' | 'ES256' | 'EdDSA'
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            allowed_scopes?: string[]
            application_type?: string
            audiences?: string[]
            authorization_details_types?: string[]
            authorization_encrypted_response_alg?: string
            authorization_encrypted_response_enc?: string
            authorization_signed_response_alg?: string
            backchannel_authentication_request_signing_alg?: string
            backchannel_client_notification_endpoint?: string
            backchannel_logout_session_required?: boolean
            backchannel_logout_uri?: string
            backchannel_token_delivery_mode?: string
            client_id: string
            client_name: string
            /** @description Shown this once, and kept nowhere. */
            client_secret?: string
            client_uri?: string
            cors_origins?: string[]
            /** Format: date-time */
            created_at: string
            /** @description Reachable only on a developer’s machine; refused in production. */
            development: boolean
            disabled_at: string | null
            dpop_bound_access_tokens?: boolean
            enabled: boolean
            exchange_from?: string[]
            exchange_impersonation?: boolean
            exchange_to?: string[]
            expires_at: string | null
            first_party: boolean
            frontchannel_logout_session_required?: boolean
            frontchannel_logout_uri?: string
            grant_types?: string[]
            hosts: string[]
            id_token_encrypted_response_alg?: string
            id_token_encrypted_response_enc?: string
            id_token_signed_response_alg?: string
            initiate_login_uri?: string
            introspection_signed_response_alg?: string
            jwks?: {
              [key: string]: unknown
            }
            jwks_uri?: string
            logo_uri?: string
            offline_access?: string
            owner: {
              id: string | null
              type: string
            }
            pkce_exempt?: boolean
            policy_uri?: string
            post_logout_redirect_uris?: string[]
            profile?: string
            redirect_uris?: string[]
            request_object_signing_alg?: string
            require_signed_request_object?: boolean
            response_modes?: string[]
            response_types: string[]
            secrets: {
              /** Format: date-time */
              created_at: string
              /** @description Null: the current one. */
              expires_at: string | null
              /** Format: uuid */
              id: string
            }[]
            sector_identifier_uri?: string
            subject_type?: string
            tls_client_auth_san_dns?: string
            tls_client_auth_san_email?: string
            tls_client_auth_san_ip?: string
            tls_client_auth_san_uri?: string
            tls_client_auth_subject_dn?: string
            tls_client_certificate_bound_access_tokens?: boolean
            token_endpoint_auth_method?: string
            tos_uri?: string
            /** @enum {string} */
            type: 'public' | 'confidential' | 'service'
            /** Format: date-time */
            updated_at: string
            userinfo_encrypted_response_alg?: string
            userinfo_encrypted_response_enc?: string
            userinfo_signed_response_alg?: string
            version: number
          }
        }
      }
    }
  }
  getAdminClientsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            allowed_scopes?: string[]
            application_type?: string
            audiences?: string[]
            authorization_details_types?: string[]
            authorization_encrypted_response_alg?: string
            authorization_encrypted_response_enc?: string
            authorization_signed_response_alg?: string
            backchannel_authentication_request_signing_alg?: string
            backchannel_client_notification_endpoint?: string
            backchannel_logout_session_required?: boolean
            backchannel_logout_uri?: string
            backchannel_token_delivery_mode?: string
            client_id: string
            client_name: string
            client_uri?: string
            cors_origins?: string[]
            /** Format: date-time */
            created_at: string
            /** @description Reachable only on a developer’s machine; refused in production. */
            development: boolean
            disabled_at: string | null
            dpop_bound_access_tokens?: boolean
            enabled: boolean
            exchange_from?: string[]
            exchange_impersonation?: boolean
            exchange_to?: string[]
            expires_at: string | null
            first_party: boolean
            frontchannel_logout_session_required?: boolean
            frontchannel_logout_uri?: string
            grant_types?: string[]
            hosts: string[]
            id_token_encrypted_response_alg?: string
            id_token_encrypted_response_enc?: string
            id_token_signed_response_alg?: string
            initiate_login_uri?: string
            introspection_signed_response_alg?: string
            jwks?: {
              [key: string]: unknown
            }
            jwks_uri?: string
            logo_uri?: string
            offline_access?: string
            owner: {
              id: string | null
              type: string
            }
            pkce_exempt?: boolean
            policy_uri?: string
            post_logout_redirect_uris?: string[]
            profile?: string
            redirect_uris?: string[]
            request_object_signing_alg?: string
            require_signed_request_object?: boolean
            response_modes?: string[]
            response_types: string[]
            secrets: {
              /** Format: date-time */
              created_at: string
              /** @description Null: the current one. */
              expires_at: string | null
              /** Format: uuid */
              id: string
            }[]
            sector_identifier_uri?: string
            subject_type?: string
            tls_client_auth_san_dns?: string
            tls_client_auth_san_email?: string
            tls_client_auth_san_ip?: string
            tls_client_auth_san_uri?: string
            tls_client_auth_subject_dn?: string
            tls_client_certificate_bound_access_tokens?: boolean
            token_endpoint_auth_method?: string
            tos_uri?: string
            /** @enum {string} */
            type: 'public' | 'confidential' | 'service'
            /** Format: date-time */
            updated_at: string
            userinfo_encrypted_response_alg?: string
            userinfo_encrypted_response_enc?: string
            userinfo_signed_response_alg?: string
            version: number
          }
        }
      }
    }
  }
  putAdminClientsId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_name": "tides",
         *       "application_type": "web",
         *       "redirect_uris": [
         *         "tides"
         *       ],
         *       "post_logout_redirect_uris": [
         *         "tides"
         *       ],
         *       "grant_types": [
         *         "authorization_code"
         *       ],
         *       "token_endpoint_auth_method": "client_secret_basic",
         *       "jwks": {
         *         "keys": [
         *           {}
         *         ]
         *       },
         *       "jwks_uri": "tides",
         *       "tls_client_auth_subject_dn": "tides",
         *       "tls_client_auth_san_dns": "tides",
         *       "tls_client_auth_san_uri": "tides",
         *       "tls_client_auth_san_ip": "tides",
         *       "tls_client_auth_san_email": "tides",
         *       "first_party": true,
         *       "expires_at": "2030-01-31T12:00:00.000Z",
         *       "pkce_exempt": true,
         *       "cors_origins": [
         *         "tides"
         *       ],
         *       "allowed_scopes": [
         *         "tides"
         *       ],
         *       "offline_access": "allowed",
         *       "audiences": [
         *         "tides"
         *       ],
         *       "profile": "fapi2",
         *       "logo_uri": "tides",
         *       "policy_uri": "tides",
         *       "tos_uri": "tides",
         *       "client_uri": "tides",
         *       "id_token_signed_response_alg": "RS256",
         *       "introspection_signed_response_alg": "RS256",
         *       "dpop_bound_access_tokens": true,
         *       "tls_client_certificate_bound_access_tokens": true,
         *       "request_object_signing_alg": "RS256",
         *       "require_signed_request_object": true,
         *       "response_modes": [
         *         "query"
         *       ],
         *       "authorization_signed_response_alg": "RS256",
         *       "authorization_encrypted_response_alg": "RSA-OAEP-256",
         *       "authorization_encrypted_response_enc": "A128CBC-HS256",
         *       "id_token_encrypted_response_alg": "RSA-OAEP-256",
         *       "id_token_encrypted_response_enc": "A128CBC-HS256",
         *       "userinfo_signed_response_alg": "RS256",
         *       "userinfo_encrypted_response_alg": "RSA-OAEP-256",
         *       "userinfo_encrypted_response_enc": "A128CBC-HS256",
         *       "subject_type": "public",
         *       "sector_identifier_uri": "tides",
         *       "initiate_login_uri": "tides",
         *       "authorization_details_types": [
         *         "tides"
         *       ],
         *       "exchange_from": [
         *         "tides"
         *       ],
         *       "exchange_to": [
         *         "tides"
         *       ],
         *       "exchange_impersonation": true,
         *       "backchannel_token_delivery_mode": "poll",
         *       "backchannel_client_notification_endpoint": "tides",
         *       "backchannel_authentication_request_signing_alg": "RS256",
         *       "backchannel_logout_uri": "tides",
         *       "backchannel_logout_session_required": true,
         *       "frontchannel_logout_uri": "tides",
         *       "frontchannel_logout_session_required": true
         *     }
         */
        'application/json': {
          /** @description Everything it may ask for; absent: no limit. */
          allowed_scopes?: string[]
          /** @enum {string} */
          application_type?: 'web' | 'native'
          /** @description Resources whose tokens it may introspect. */
          audiences?: string[]
          authorization_details_types?: string[]
          /** @enum {string} */
          authorization_encrypted_response_alg?:
            'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW'
          /** @enum {string} */
          authorization_encrypted_response_enc?: 'A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM'
          /** @enum {string} */
          authorization_signed_response_alg?: 'RS256' | 'ES256' | 'EdDSA'
          /** @enum {string} */
          backchannel_authentication_request_signing_alg?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
          backchannel_client_notification_endpoint?: string
          backchannel_logout_session_required?: boolean
          backchannel_logout_uri?: string
          /** @enum {string} */
          backchannel_token_delivery_mode?: 'poll' | 'ping'
          /** @description Shown to people who are asked for consent. */
          client_name: string
          client_uri?: string
          cors_origins?: string[]
          dpop_bound_access_tokens?: boolean
          exchange_from?: string[]
          exchange_impersonation?: boolean
          exchange_to?: string[]
          /**
           * Format: date-time
           * @description From when on it is refused.
           */
          expires_at?: string
          /** @description Belongs to this service: people are not asked for consent. */
          first_party?: boolean
          frontchannel_logout_session_required?: boolean
          frontchannel_logout_uri?: string
          /** @description Only `client_credentials`, without redirect URIs: a service account. */
          grant_types?: (
            | 'authorization_code'
            | 'refresh_token'
            | 'client_credentials'
            | 'urn:ietf:params:oauth:grant-type:token-exchange'
            | 'urn:ietf:params:oauth:grant-type:jwt-bearer'
            | 'urn:ietf:params:oauth:grant-type:device_code'
            | 'urn:openid:params:grant-type:ciba'
          )[]
          /** @enum {string} */
          id_token_encrypted_response_alg?: 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW'
          /** @enum {string} */
          id_token_encrypted_response_enc?: 'A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM'
          /** @enum {string} */
          id_token_signed_response_alg?: 'RS256' | 'ES256' | 'EdDSA'
          initiate_login_uri?: string
          /** @enum {string} */
          introspection_signed_response_alg?: 'RS256' | 'ES256' | 'EdDSA'
          jwks?: {
            keys: {
              [key: string]: unknown
            }[]
          }
          jwks_uri?: string
          logo_uri?: string
          /** @enum {string} */
          offline_access?: 'allowed' | 'refused'
          /** @description May leave out PKCE; only a confidential client. */
          pkce_exempt?: boolean
          policy_uri?: string
          post_logout_redirect_uris?: string[]
          /** @enum {string} */
          profile?: 'fapi2'
          /** @description Where codes are sent; compared character by character. */
          redirect_uris?: string[]
          /** @enum {string} */
          request_object_signing_alg?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
          require_signed_request_object?: boolean
          response_modes?: (
            'query' | 'fragment' | 'form_post' | 'jwt' | 'query.jwt' | 'fragment.jwt' | 'form_post.jwt'
          )[]
          sector_identifier_uri?: string
          /** @enum {string} */
          subject_type?: 'public' | 'pairwise'
          tls_client_auth_san_dns?: string
          tls_client_auth_san_email?: string
          tls_client_auth_san_ip?: string
          tls_client_auth_san_uri?: string
          tls_client_auth_subject_dn?: string
          tls_client_certificate_bound_access_tokens?: boolean
          /** @enum {string} */
          token_endpoint_auth_method?:
            | 'client_secret_basic'
            | 'client_secret_post'
            | 'private_key_jwt'
            | 'tls_client_auth'
            | 'self_signed_tls_client_auth'
            | 'none'
          tos_uri?: string
          /** @enum {string} */
          userinfo_encrypted_response_alg?: 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW'
          /** @enum {string} */
          userinfo_encrypted_response_enc?: 'A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM'
          /** @enum {string} */
          userinfo_signed_response_alg?: 'RS256' | 'ES256' | 'EdDSA'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            allowed_scopes?: string[]
            application_type?: string
            audiences?: string[]
            authorization_details_types?: string[]
            authorization_encrypted_response_alg?: string
            authorization_encrypted_response_enc?: string
            authorization_signed_response_alg?: string
            backchannel_authentication_request_signing_alg?: string
            backchannel_client_notification_endpoint?: string
            backchannel_logout_session_required?: boolean
            backchannel_logout_uri?: string
            backchannel_token_delivery_mode?: string
            client_id: string
            client_name: string
            /** @description Shown this once, and kept nowhere. */
            client_secret?: string
            client_uri?: string
            cors_origins?: string[]
            /** Format: date-time */
            created_at: string
            /** @description Reachable only on a developer’s machine; refused in production. */
            development: boolean
            disabled_at: string | null
            dpop_bound_access_tokens?: boolean
            enabled: boolean
            exchange_from?: string[]
            exchange_impersonation?: boolean
            exchange_to?: string[]
            expires_at: string | null
            first_party: boolean
            frontchannel_logout_session_required?: boolean
            frontchannel_logout_uri?: string
            grant_types?: string[]
            hosts: string[]
            id_token_encrypted_response_alg?: string
            id_token_encrypted_response_enc?: string
            id_token_signed_response_alg?: string
            initiate_login_uri?: string
            introspection_signed_response_alg?: string
            jwks?: {
              [key: string]: unknown
            }
            jwks_uri?: string
            logo_uri?: string
            offline_access?: string
            owner: {
              id: string | null
              type: string
            }
            pkce_exempt?: boolean
            policy_uri?: string
            post_logout_redirect_uris?: string[]
            profile?: string
            redirect_uris?: string[]
            request_object_signing_alg?: string
            require_signed_request_object?: boolean
            response_modes?: string[]
            response_types: string[]
            secrets: {
              /** Format: date-time */
              created_at: string
              /** @description Null: the current one. */
              expires_at: string | null
              /** Format: uuid */
              id: string
            }[]
            sector_identifier_uri?: string
            subject_type?: string
            tls_client_auth_san_dns?: string
            tls_client_auth_san_email?: string
            tls_client_auth_san_ip?: string
            tls_client_auth_san_uri?: string
            tls_client_auth_subject_dn?: string
            tls_client_certificate_bound_access_tokens?: boolean
            token_endpoint_auth_method?: string
            tos_uri?: string
            /** @enum {string} */
            type: 'public' | 'confidential' | 'service'
            /** Format: date-time */
            updated_at: string
            userinfo_encrypted_response_alg?: string
            userinfo_encrypted_response_enc?: string
            userinfo_signed_response_alg?: string
            version: number
          }
        }
      }
    }
  }
  deleteAdminClientsId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchAdminClientsId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_name": "tides",
         *       "application_type": "web",
         *       "redirect_uris": [
         *         "tides"
         *       ],
         *       "post_logout_redirect_uris": [
         *         "tides"
         *       ],
         *       "grant_types": [
         *         "authorization_code"
         *       ],
         *       "token_endpoint_auth_method": "client_secret_basic",
         *       "jwks": {
         *         "keys": [
         *           {}
         *         ]
         *       },
         *       "jwks_uri": "tides",
         *       "tls_client_auth_subject_dn": "tides",
         *       "tls_client_auth_san_dns": "tides",
         *       "tls_client_auth_san_uri": "tides",
         *       "tls_client_auth_san_ip": "tides",
         *       "tls_client_auth_san_email": "tides",
         *       "first_party": true,
         *       "expires_at": "2030-01-31T12:00:00.000Z",
         *       "pkce_exempt": true,
         *       "cors_origins": [
         *         "tides"
         *       ],
         *       "allowed_scopes": [
         *         "tides"
         *       ],
         *       "offline_access": "allowed",
         *       "audiences": [
         *         "tides"
         *       ],
         *       "profile": "fapi2",
         *       "logo_uri": "tides",
         *       "policy_uri": "tides",
         *       "tos_uri": "tides",
         *       "client_uri": "tides",
         *       "id_token_signed_response_alg": "RS256",
         *       "introspection_signed_response_alg": "RS256",
         *       "dpop_bound_access_tokens": true,
         *       "tls_client_certificate_bound_access_tokens": true,
         *       "request_object_signing_alg": "RS256",
         *       "require_signed_request_object": true,
         *       "response_modes": [
         *         "query"
         *       ],
         *       "authorization_signed_response_alg": "RS256",
         *       "authorization_encrypted_response_alg": "RSA-OAEP-256",
         *       "authorization_encrypted_response_enc": "A128CBC-HS256",
         *       "id_token_encrypted_response_alg": "RSA-OAEP-256",
         *       "id_token_encrypted_response_enc": "A128CBC-HS256",
         *       "userinfo_signed_response_alg": "RS256",
         *       "userinfo_encrypted_response_alg": "RSA-OAEP-256",
         *       "userinfo_encrypted_response_enc": "A128CBC-HS256",
         *       "subject_type": "public",
         *       "sector_identifier_uri": "tides",
         *       "initiate_login_uri": "tides",
         *       "authorization_details_types": [
         *         "tides"
         *       ],
         *       "exchange_from": [
         *         "tides"
         *       ],
         *       "exchange_to": [
         *         "tides"
         *       ],
         *       "exchange_impersonation": true,
         *       "backchannel_token_delivery_mode": "poll",
         *       "backchannel_client_notification_endpoint": "tides",
         *       "backchannel_authentication_request_signing_alg": "RS256",
         *       "backchannel_logout_uri": "tides",
         *       "backchannel_logout_session_required": true,
         *       "frontchannel_logout_uri": "tides",
         *       "frontchannel_logout_session_required": true
         *     }
         */
        'application/json': {
          allowed_scopes?: string[] | null
          application_type?: ('web' | 'native') | null
          audiences?: string[] | null
          authorization_details_types?: string[] | null
          authorization_encrypted_response_alg?:
            ('RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW') | null
          authorization_encrypted_response_enc?:
            ('A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM') | null
          authorization_signed_response_alg?: ('RS256' | 'ES256' | 'EdDSA') | null
          backchannel_authentication_request_signing_alg?: ('RS256' | 'PS256' | 'ES256' | 'EdDSA') | null
          backchannel_client_notification_endpoint?: string | null
          backchannel_logout_session_required?: boolean | null
          backchannel_logout_uri?: string | null
          backchannel_token_delivery_mode?: ('poll' | 'ping') | null
          /** @description Shown to people who are asked for consent. */
          client_name?: string
          client_uri?: string | null
          cors_origins?: string[] | null
          dpop_bound_access_tokens?: boolean | null
          exchange_from?: string[] | null
          exchange_impersonation?: boolean | null
          exchange_to?: string[] | null
          expires_at?: string | null
          first_party?: boolean | null
          frontchannel_logout_session_required?: boolean | null
          frontchannel_logout_uri?: string | null
          grant_types?:
            | (
                | 'authorization_code'
                | 'refresh_token'
                | 'client_credentials'
                | 'urn:ietf:params:oauth:grant-type:token-exchange'
                | 'urn:ietf:params:oauth:grant-type:jwt-bearer'
                | 'urn:ietf:params:oauth:grant-type:device_code'
                | 'urn:openid:params:grant-type:ciba'
              )[]
            | null
          id_token_encrypted_response_alg?:
            ('RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW') | null
          id_token_encrypted_response_enc?: ('A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM') | null
          id_token_signed_response_alg?: ('RS256' | 'ES256' | 'EdDSA') | null
          initiate_login_uri?: string | null
          introspection_signed_response_alg?: ('RS256' | 'ES256' | 'EdDSA') | null
          jwks?: {
            keys: {
              [key: string]: unknown
            }[]
          } | null
          jwks_uri?: string | null
          logo_uri?: string | null
          offline_access?: ('allowed' | 'refused') | null
          pkce_exempt?: boolean | null
          policy_uri?: string | null
          post_logout_redirect_uris?: string[] | null
          profile?: 'fapi2' | null
          redirect_uris?: string[] | null
          request_object_signing_alg?: ('RS256' | 'PS256' | 'ES256' | 'EdDSA') | null
          require_signed_request_object?: boolean | null
          response_modes?:
            | ('query' | 'fragment' | 'form_post' | 'jwt' | 'query.jwt' | 'fragment.jwt' | 'form_post.jwt')[]
            | null
          sector_identifier_uri?: string | null
          subject_type?: ('public' | 'pairwise') | null
          tls_client_auth_san_dns?: string | null
          tls_client_auth_san_email?: string | null
          tls_client_auth_san_ip?: string | null
          tls_client_auth_san_uri?: string | null
          tls_client_auth_subject_dn?: string | null
          tls_client_certificate_bound_access_tokens?: boolean | null
          token_endpoint_auth_method?:
            | (
                | 'client_secret_basic'
                | 'client_secret_post'
                | 'private_key_jwt'
                | 'tls_client_auth'
                | 'self_signed_tls_client_auth'
                | 'none'
              )
            | null
          tos_uri?: string | null
          userinfo_encrypted_response_alg?:
            ('RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW') | null
          userinfo_encrypted_response_enc?: ('A128CBC-HS256' | 'A256CBC-HS512' | 'A128GCM' | 'A256GCM') | null
          userinfo_signed_response_alg?: ('RS256' | 'ES256' | 'EdDSA') | null
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            allowed_scopes?: string[]
            application_type?: string
            audiences?: string[]
            authorization_details_types?: string[]
            authorization_encrypted_response_alg?: string
            authorization_encrypted_response_enc?: string
            authorization_signed_response_alg?: string
            backchannel_authentication_request_signing_alg?: string
            backchannel_client_notification_endpoint?: string
            backchannel_logout_session_required?: boolean
            backchannel_logout_uri?: string
            backchannel_token_delivery_mode?: string
            client_id: string
            client_name: string
            /** @description Shown this once, and kept nowhere. */
            client_secret?: string
            client_uri?: string
            cors_origins?: string[]
            /** Format: date-time */
            created_at: string
            /** @description Reachable only on a developer’s machine; refused in production. */
            development: boolean
            disabled_at: string | null
            dpop_bound_access_tokens?: boolean
            enabled: boolean
            exchange_from?: string[]
            exchange_impersonation?: boolean
            exchange_to?: string[]
            expires_at: string | null
            first_party: boolean
            frontchannel_logout_session_required?: boolean
            frontchannel_logout_uri?: string
            grant_types?: string[]
            hosts: string[]
            id_token_encrypted_response_alg?: string
            id_token_encrypted_response_enc?: string
            id_token_signed_response_alg?: string
            initiate_login_uri?: string
            introspection_signed_response_alg?: string
            jwks?: {
              [key: string]: unknown
            }
            jwks_uri?: string
            logo_uri?: string
            offline_access?: string
            owner: {
              id: string | null
              type: string
            }
            pkce_exempt?: boolean
            policy_uri?: string
            post_logout_redirect_uris?: string[]
            profile?: string
            redirect_uris?: string[]
            request_object_signing_alg?: string
            require_signed_request_object?: boolean
            response_modes?: string[]
            response_types: string[]
            secrets: {
              /** Format: date-time */
              created_at: string
              /** @description Null: the current one. */
              expires_at: string | null
              /** Format: uuid */
              id: string
            }[]
            sector_identifier_uri?: string
            subject_type?: string
            tls_client_auth_san_dns?: string
            tls_client_auth_san_email?: string
            tls_client_auth_san_ip?: string
            tls_client_auth_san_uri?: string
            tls_client_auth_subject_dn?: string
            tls_client_certificate_bound_access_tokens?: boolean
            token_endpoint_auth_method?: string
            tos_uri?: string
            /** @enum {string} */
            type: 'public' | 'confidential' | 'service'
            /** Format: date-time */
            updated_at: string
            userinfo_encrypted_response_alg?: string
            userinfo_encrypted_response_enc?: string
            userinfo_signed_response_alg?: string
            version: number
          }
        }
      }
    }
  }
  getAdminClientsIdAccess: {
    parameters: {
      query: {
        client_id?: string
        organization_id?: string
        permission: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            allowed: boolean
            /** @description The assignment that decided; null where none speaks. */
            because: {
              assignment_id: string | null
              /** @description Null: everybody has it. */
              source: string | null
              /** @description The role, or the permission itself. */
              via: string
            } | null
            permission: string
            /** @enum {string} */
            reason: 'granted' | 'implied' | 'denied' | 'not_granted' | 'unknown_permission'
          }
        }
      }
    }
  }
  postAdminClientsIdDisable: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "tides"
         *     }
         */
        'application/json': {
          /** @description Stands in the audit log. */
          reason?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            allowed_scopes?: string[]
            application_type?: string
            audiences?: string[]
            authorization_details_types?: string[]
            authorization_encrypted_response_alg?: string
            authorization_encrypted_response_enc?: string
            authorization_signed_response_alg?: string
            backchannel_authentication_request_signing_alg?: string
            backchannel_client_notification_endpoint?: string
            backchannel_logout_session_required?: boolean
            backchannel_logout_uri?: string
            backchannel_token_delivery_mode?: string
            client_id: string
            client_name: string
            client_uri?: string
            cors_origins?: string[]
            /** Format: date-time */
            created_at: string
            /** @description Reachable only on a developer’s machine; refused in production. */
            development: boolean
            disabled_at: string | null
            dpop_bound_access_tokens?: boolean
            enabled: boolean
            exchange_from?: string[]
            exchange_impersonation?: boolean
            exchange_to?: string[]
            expires_at: string | null
            first_party: boolean
            frontchannel_logout_session_required?: boolean
            frontchannel_logout_uri?: string
            grant_types?: string[]
            hosts: string[]
            id_token_encrypted_response_alg?: string
            id_token_encrypted_response_enc?: string
            id_token_signed_response_alg?: string
            initiate_login_uri?: string
            introspection_signed_response_alg?: string
            jwks?: {
              [key: string]: unknown
            }
            jwks_uri?: string
            logo_uri?: string
            offline_access?: string
            owner: {
              id: string | null
              type: string
            }
            pkce_exempt?: boolean
            policy_uri?: string
            post_logout_redirect_uris?: string[]
            profile?: string
            redirect_uris?: string[]
            request_object_signing_alg?: string
            require_signed_request_object?: boolean
            response_modes?: string[]
            response_types: string[]
            secrets: {
              /** Format: date-time */
              created_at: string
              /** @description Null: the current one. */
              expires_at: string | null
              /** Format: uuid */
              id: string
            }[]
            sector_identifier_uri?: string
            subject_type?: string
            tls_client_auth_san_dns?: string
            tls_client_auth_san_email?: string
            tls_client_auth_san_ip?: string
            tls_client_auth_san_uri?: string
            tls_client_auth_subject_dn?: string
            tls_client_certificate_bound_access_tokens?: boolean
            token_endpoint_auth_method?: string
            tos_uri?: string
            /** @enum {string} */
            type: 'public' | 'confidential' | 'service'
            /** Format: date-time */
            updated_at: string
            userinfo_encrypted_response_alg?: string
            userinfo_encrypted_response_enc?: string
            userinfo_signed_response_alg?: string
            version: number
          }
        }
      }
    }
  }
  postAdminClientsIdEnable: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "tides"
         *     }
         */
        'application/json': {
          /** @description Stands in the audit log. */
          reason?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            allowed_scopes?: string[]
            application_type?: string
            audiences?: string[]
            authorization_details_types?: string[]
            authorization_encrypted_response_alg?: string
            authorization_encrypted_response_enc?: string
            authorization_signed_response_alg?: string
            backchannel_authentication_request_signing_alg?: string
            backchannel_client_notification_endpoint?: string
            backchannel_logout_session_required?: boolean
            backchannel_logout_uri?: string
            backchannel_token_delivery_mode?: string
            client_id: string
            client_name: string
            client_uri?: string
            cors_origins?: string[]
            /** Format: date-time */
            created_at: string
            /** @description Reachable only on a developer’s machine; refused in production. */
            development: boolean
            disabled_at: string | null
            dpop_bound_access_tokens?: boolean
            enabled: boolean
            exchange_from?: string[]
            exchange_impersonation?: boolean
            exchange_to?: string[]
            expires_at: string | null
            first_party: boolean
            frontchannel_logout_session_required?: boolean
            frontchannel_logout_uri?: string
            grant_types?: string[]
            hosts: string[]
            id_token_encrypted_response_alg?: string
            id_token_encrypted_response_enc?: string
            id_token_signed_response_alg?: string
            initiate_login_uri?: string
            introspection_signed_response_alg?: string
            jwks?: {
              [key: string]: unknown
            }
            jwks_uri?: string
            logo_uri?: string
            offline_access?: string
            owner: {
              id: string | null
              type: string
            }
            pkce_exempt?: boolean
            policy_uri?: string
            post_logout_redirect_uris?: string[]
            profile?: string
            redirect_uris?: string[]
            request_object_signing_alg?: string
            require_signed_request_object?: boolean
            response_modes?: string[]
            response_types: string[]
            secrets: {
              /** Format: date-time */
              created_at: string
              /** @description Null: the current one. */
              expires_at: string | null
              /** Format: uuid */
              id: string
            }[]
            sector_identifier_uri?: string
            subject_type?: string
            tls_client_auth_san_dns?: string
            tls_client_auth_san_email?: string
            tls_client_auth_san_ip?: string
            tls_client_auth_san_uri?: string
            tls_client_auth_subject_dn?: string
            tls_client_certificate_bound_access_tokens?: boolean
            token_endpoint_auth_method?: string
            tos_uri?: string
            /** @enum {string} */
            type: 'public' | 'confidential' | 'service'
            /** Format: date-time */
            updated_at: string
            userinfo_encrypted_response_alg?: string
            userinfo_encrypted_response_enc?: string
            userinfo_signed_response_alg?: string
            version: number
          }
        }
      }
    }
  }
  postAdminClientsIdPermissions: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "permission": "tides",
         *       "effect": "allow",
         *       "reason": "tides",
         *       "starts_at": "2030-01-31T12:00:00.000Z",
         *       "ends_at": "2030-01-31T12:00:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * @description deny beats every grant.
           * @enum {string}
           */
          effect: 'allow' | 'deny'
          /**
           * Format: date-time
           * @description Absent: until it is taken away.
           */
          ends_at?: string
          permission: string
          /** @description Why; stands in the audit log. */
          reason?: string
          /**
           * Format: date-time
           * @description Absent: now.
           */
          starts_at?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** @enum {string} */
            effect: 'allow' | 'deny'
            ends_at: string | null
            granted_by: string
            /** Format: uuid */
            id: string
            in_force: boolean
            permission: string | null
            reason: string | null
            role: string | null
            scope: {
              id: string | null
              /** @enum {string} */
              type: 'system' | 'organization' | 'client'
            }
            /** @description By what way it came; direct: somebody gave it. */
            source: string
            /** Format: date-time */
            starts_at: string
          }
        }
      }
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** @enum {string} */
            effect: 'allow' | 'deny'
            ends_at: string | null
            granted_by: string
            /** Format: uuid */
            id: string
            in_force: boolean
            permission: string | null
            reason: string | null
            role: string | null
            scope: {
              id: string | null
              /** @enum {string} */
              type: 'system' | 'organization' | 'client'
            }
            /** @description By what way it came; direct: somebody gave it. */
            source: string
            /** Format: date-time */
            starts_at: string
          }
        }
      }
    }
  }
  deleteAdminClientsIdPermissionsPermission: {
    parameters: {
      query: {
        /** @description deny beats every grant. */
        effect: 'allow' | 'deny'
        reason?: string
      }
      header?: never
      path: {
        id: string
        permission: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminClientsIdRoles: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              created_at: string
              /** @enum {string} */
              effect: 'allow' | 'deny'
              ends_at: string | null
              granted_by: string
              /** Format: uuid */
              id: string
              in_force: boolean
              permission: string | null
              reason: string | null
              role: string | null
              scope: {
                id: string | null
                /** @enum {string} */
                type: 'system' | 'organization' | 'client'
              }
              /** @description By what way it came; direct: somebody gave it. */
              source: string
              /** Format: date-time */
              starts_at: string
            }[]
          }
        }
      }
    }
  }
  postAdminClientsIdRoles: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "role": "tides",
         *       "reason": "tides",
         *       "starts_at": "2030-01-31T12:00:00.000Z",
         *       "ends_at": "2030-01-31T12:00:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description Absent: until it is taken away.
           */
          ends_at?: string
          /** @description Why; stands in the audit log. */
          reason?: string
          role: string
          /**
           * Format: date-time
           * @description Absent: now.
           */
          starts_at?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** @enum {string} */
            effect: 'allow' | 'deny'
            ends_at: string | null
            granted_by: string
            /** Format: uuid */
            id: string
            in_force: boolean
            permission: string | null
            reason: string | null
            role: string | null
            scope: {
              id: string | null
              /** @enum {string} */
              type: 'system' | 'organization' | 'client'
            }
            /** @description By what way it came; direct: somebody gave it. */
            source: string
            /** Format: date-time */
            starts_at: string
          }
        }
      }
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** @enum {string} */
            effect: 'allow' | 'deny'
            ends_at: string | null
            granted_by: string
            /** Format: uuid */
            id: string
            in_force: boolean
            permission: string | null
            reason: string | null
            role: string | null
            scope: {
              id: string | null
              /** @enum {string} */
              type: 'system' | 'organization' | 'client'
            }
            /** @description By what way it came; direct: somebody gave it. */
            source: string
            /** Format: date-time */
            starts_at: string
          }
        }
      }
    }
  }
  deleteAdminClientsIdRolesRole: {
    parameters: {
      query?: {
        reason?: string
      }
      header?: never
      path: {
        id: string
        role: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminClientsIdSecrets: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              created_at: string
              /** @description Null: the current one. */
              expires_at: string | null
              /** Format: uuid */
              id: string
              /** @description To the half minute. */
              last_used_at: string | null
              /** @enum {string} */
              state: 'current' | 'retiring' | 'ended'
            }[]
          }
        }
      }
    }
  }
  postAdminClientsIdSecrets: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "overlap_seconds": 86400
         *     }
         */
        'application/json': {
          /**
           * @description How long the one before goes on working; 0 after a leak.
           * @default 86400
           */
          overlap_seconds?: number
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description Shown this once, and kept nowhere. */
            client_secret: string
            /** Format: uuid */
            id: string
            /** Format: date-time */
            previous_expires_at: string
          }
        }
      }
    }
  }
  deleteAdminClientsIdSecretsSecretId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
        secret_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminConfiguration: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            document: string
          }
        }
      }
    }
  }
  postAdminConfigurationApply: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "document": "tides",
         *       "prune": false
         *     }
         */
        'application/json': {
          /** @description YAML or JSON, as an export gives it. Secrets stand in it: references to files or variables are refused. */
          document: string
          /**
           * @description Remove what a section that is there does not name. Without it nothing is removed.
           * @default false
           */
          prune?: boolean
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConfigurationPlan']
        }
      }
    }
  }
  postAdminConfigurationPlan: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "document": "tides",
         *       "prune": false
         *     }
         */
        'application/json': {
          /** @description YAML or JSON, as an export gives it. Secrets stand in it: references to files or variables are refused. */
          document: string
          /**
           * @description Remove what a section that is there does not name. Without it nothing is removed.
           * @default false
           */
          prune?: boolean
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConfigurationPlan']
        }
      }
    }
  }
  getAdminDeliveries: {
    parameters: {
      query?: {
        after?: string
        destination?: string
        kind?: string
        limit?: number
        /** @description `dead`: refused by the destination, or tried for too long. */
        state?: 'waiting' | 'delivered' | 'refused' | 'expired' | 'dropped' | 'dead' | 'all'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              attempts: number
              /** Format: date-time */
              caused_at: string
              destination: string
              ended_at: string | null
              /** Format: uuid */
              id: string
              kind: string
              last_result: string | null
              last_status: number | null
              next_attempt_at: string | null
              /** @enum {string} */
              state: 'waiting' | 'delivered' | 'refused' | 'expired' | 'dropped'
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminDeliveriesRetry: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "kind": "tides",
         *       "destination": "tides",
         *       "id": "019a0000-0000-7000-8000-000000000000"
         *     }
         */
        'application/json': {
          destination?: string
          /** Format: uuid */
          id?: string
          kind: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            retried: number
          }
        }
      }
    }
  }
  getAdminImports: {
    parameters: {
      query?: {
        after?: string
        limit?: number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              created: number
              /** Format: date-time */
              created_at: string
              created_by: {
                id: string | null
                type: string
              }
              /** @description Rows that are reported. */
              done: number
              dry_run: boolean
              failed: number
              /** @description What ended it early: not_received, cannot_be_opened, importer_may_not; or gave_up: the next rows failed five times, and it can be resumed. */
              failure: string | null
              /** @description A code of why the next rows failed the last time they were tried. */
              failure_detail: string | null
              finished_at: string | null
              /** @enum {string} */
              format: 'csv' | 'ndjson'
              /** Format: uuid */
              id: string
              /** @enum {string} */
              on_conflict: 'skip' | 'update' | 'fail'
              /** @description Of the file. */
              rows: number
              skipped: number
              /** @enum {string} */
              state: 'receiving' | 'waiting' | 'running' | 'done' | 'failed'
              updated: number
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminImports: {
    parameters: {
      query?: {
        /** @description true: everything is looked at and reported, and nothing changed. */
        dry_run?: 'true' | 'false'
        /** @description What becomes of a row whose address, user name or sub somebody has: left out; what is told of them changed, but nothing they sign in with; or counted as failed. */
        on_conflict?: 'skip' | 'update' | 'fail'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/x-ndjson': string
        'text/csv': string
      }
    }
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            created: number
            /** Format: date-time */
            created_at: string
            created_by: {
              id: string | null
              type: string
            }
            /** @description Rows that are reported. */
            done: number
            dry_run: boolean
            failed: number
            /** @description What ended it early: not_received, cannot_be_opened, importer_may_not; or gave_up: the next rows failed five times, and it can be resumed. */
            failure: string | null
            /** @description A code of why the next rows failed the last time they were tried. */
            failure_detail: string | null
            finished_at: string | null
            /** @enum {string} */
            format: 'csv' | 'ndjson'
            /** Format: uuid */
            id: string
            /** @enum {string} */
            on_conflict: 'skip' | 'update' | 'fail'
            /** @description Of the file. */
            rows: number
            skipped: number
            /** @enum {string} */
            state: 'receiving' | 'waiting' | 'running' | 'done' | 'failed'
            updated: number
          }
        }
      }
    }
  }
  getAdminImportsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            created: number
            /** Format: date-time */
            created_at: string
            created_by: {
              id: string | null
              type: string
            }
            /** @description Rows that are reported. */
            done: number
            dry_run: boolean
            failed: number
            /** @description What ended it early: not_received, cannot_be_opened, importer_may_not; or gave_up: the next rows failed five times, and it can be resumed. */
            failure: string | null
            /** @description A code of why the next rows failed the last time they were tried. */
            failure_detail: string | null
            finished_at: string | null
            /** @enum {string} */
            format: 'csv' | 'ndjson'
            /** Format: uuid */
            id: string
            /** @enum {string} */
            on_conflict: 'skip' | 'update' | 'fail'
            /** @description Of the file. */
            rows: number
            skipped: number
            /** @enum {string} */
            state: 'receiving' | 'waiting' | 'running' | 'done' | 'failed'
            updated: number
          }
        }
      }
    }
  }
  postAdminImportsIdCancel: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            created: number
            /** Format: date-time */
            created_at: string
            created_by: {
              id: string | null
              type: string
            }
            /** @description Rows that are reported. */
            done: number
            dry_run: boolean
            failed: number
            /** @description What ended it early: not_received, cannot_be_opened, importer_may_not; or gave_up: the next rows failed five times, and it can be resumed. */
            failure: string | null
            /** @description A code of why the next rows failed the last time they were tried. */
            failure_detail: string | null
            finished_at: string | null
            /** @enum {string} */
            format: 'csv' | 'ndjson'
            /** Format: uuid */
            id: string
            /** @enum {string} */
            on_conflict: 'skip' | 'update' | 'fail'
            /** @description Of the file. */
            rows: number
            skipped: number
            /** @enum {string} */
            state: 'receiving' | 'waiting' | 'running' | 'done' | 'failed'
            updated: number
          }
        }
      }
    }
  }
  getAdminImportsIdReport: {
    parameters: {
      query?: {
        after?: string
        limit?: number
        outcome?: 'created' | 'updated' | 'skipped' | 'failed'
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              line: number
              /** @enum {string} */
              outcome: 'created' | 'updated' | 'skipped' | 'failed'
              problems: {
                detail: string
                field: string
              }[]
              user_id: string | null
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminImportsIdResume: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            created: number
            /** Format: date-time */
            created_at: string
            created_by: {
              id: string | null
              type: string
            }
            /** @description Rows that are reported. */
            done: number
            dry_run: boolean
            failed: number
            /** @description What ended it early: not_received, cannot_be_opened, importer_may_not; or gave_up: the next rows failed five times, and it can be resumed. */
            failure: string | null
            /** @description A code of why the next rows failed the last time they were tried. */
            failure_detail: string | null
            finished_at: string | null
            /** @enum {string} */
            format: 'csv' | 'ndjson'
            /** Format: uuid */
            id: string
            /** @enum {string} */
            on_conflict: 'skip' | 'update' | 'fail'
            /** @description Of the file. */
            rows: number
            skipped: number
            /** @enum {string} */
            state: 'receiving' | 'waiting' | 'running' | 'done' | 'failed'
            updated: number
          }
        }
      }
    }
  }
  getAdminInvitations: {
    parameters: {
      query?: {
        after?: string
        limit?: number
        state?: 'open' | 'accepted' | 'withdrawn' | 'expired'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              accepted_at: string | null
              accepted_by: string | null
              /** Format: date-time */
              created_at: string
              created_by: string
              email: string | null
              /** Format: date-time */
              expires_at: string
              /** Format: uuid */
              id: string
              sent_at: string | null
              /** @enum {string} */
              state: 'open' | 'accepted' | 'withdrawn' | 'expired'
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminInvitations: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": null,
         *       "send": false,
         *       "days": 7,
         *       "language": "en"
         *     }
         */
        'application/json': {
          /** @default 7 */
          days?: number
          /** @default null */
          email?: string | null
          language?: string
          /** @default false */
          send?: boolean
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            expires_at: string
            /** Format: uuid */
            id: string
            url: string | null
          }
        }
      }
    }
  }
  deleteAdminInvitationsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminJobs: {
    parameters: {
      query?: {
        after?: string
        limit?: number
        name?: string
        /** @description `failed`: dead, and failing but tried again. */
        state?: 'waiting' | 'scheduled' | 'running' | 'failing' | 'dead' | 'failed' | 'all'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              attempts: number
              /** Format: date-time */
              created_at: string
              /** Format: date-time */
              due_at: string
              id: string
              last_error: string | null
              most_attempts: number
              name: string
              /** @enum {string} */
              state: 'waiting' | 'scheduled' | 'running' | 'failing' | 'dead'
            }[]
            next: string | null
          }
        }
      }
    }
  }
  deleteAdminJobsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAdminJobsIdRetry: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminKeys: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              activated_at: string | null
              /** @description How long it has signed; null: never. */
              active_seconds: number | null
              age_seconds: number
              /** @enum {string} */
              algorithm: 'ES256' | 'RS256' | 'EdDSA'
              /** Format: date-time */
              created_at: string
              kid: string
              published_at: string | null
              removed_at: string | null
              retired_at: string | null
              revoked_at: string | null
              /** @description Until a published key may sign; null for all others. */
              ripe_in_seconds: number | null
              /** @enum {string} */
              state: 'pending' | 'published' | 'active' | 'retired' | 'revoked' | 'removed'
            }[]
          }
        }
      }
    }
  }
  postAdminKeysKidRevoke: {
    parameters: {
      query?: never
      header?: never
      path: {
        kid: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "tides"
         *     }
         */
        'application/json': {
          /** @description Stands in the audit log. */
          reason: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            kid: string
            successor: string | null
          }
        }
      }
    }
  }
  postAdminKeysRotate: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "algorithm": "ES256"
         *     }
         */
        'application/json': {
          /** @enum {string} */
          algorithm?: 'ES256' | 'RS256' | 'EdDSA'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            rotated: {
              /** @enum {string} */
              algorithm: 'ES256' | 'RS256' | 'EdDSA'
              kid: string
              retired: string
            }[]
          }
        }
      }
    }
  }
  getAdminLockouts: {
    parameters: {
      query: {
        /** @description E-mail address or user name. */
        login: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              blocked_until: string | null
              /** @description In a row. */
              failures: number
              in_window: number
              kind: string
              /** Format: date-time */
              remembered_until: string
              /** @description Refused until it is lifted. */
              stopped: boolean
            }[]
          }
        }
      }
    }
  }
  postAdminLockoutsLift: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "login": "tides"
         *     }
         */
        'application/json': {
          /** @description E-mail address or user name. */
          login: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            lifted: number
          }
        }
      }
    }
  }
  postAdminMailBounces: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "address": "tides",
         *       "reason": "bounced"
         *     }
         */
        'application/json': {
          address: string
          /** @enum {string} */
          reason: 'bounced' | 'complained'
        }
      }
    }
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAdminMergesIdUndo: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "tides"
         *     }
         */
        'application/json': {
          /** @description Why; stands in the audit log. */
          reason: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: uuid */
            id: string
            merged_at: string | null
            /** Format: uuid */
            merged_user_id: string
            /** @description How it was shown that the merged account is the same person’s. */
            proof: string
            /** @enum {string} */
            state: 'merged' | 'undone'
            /** Format: uuid */
            surviving_user_id: string
            undo_until: string | null
            undoable: boolean
            undone_at: string | null
          }
        }
      }
    }
  }
  getAdminPermissions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** @description Which of them include it. */
              built_in_roles: string[]
              description: string
              name: string
            }[]
          }
        }
      }
    }
  }
  getAdminProviders: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** @description To be registered there too, where the provider tells of sign-outs. */
              backchannel_logout_url: string
              /** @description To be registered at the provider. */
              callback_url: string
              client_id: string
              connector: string
              /** Format: date-time */
              created_at: string
              /** @description Its own mapping over the connector’s. */
              effective_mapping: {
                [key: string]: string
              }
              enabled: boolean
              has_secret: boolean
              /** Format: uuid */
              id: string
              issuer: string
              keep_tokens: boolean
              mapping: {
                [key: string]: string | null
              }
              name: string
              options: {
                [key: string]: unknown
              }
              policy: {
                allowed_domains: string[]
                /** @enum {string} */
                creation: 'open' | 'invitation' | 'never'
                require_verified_email: boolean
                /** @description As it holds: its own, or else the connector’s. */
                trust_email: boolean
              }
              position: number
              revision: number
              slug: string
              /** Format: date-time */
              updated_at: string
            }[]
          }
        }
      }
    }
  }
  postAdminProviders: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "slug": "tides",
         *       "connector": "google",
         *       "name": "tides",
         *       "enabled": true,
         *       "position": 100,
         *       "client_id": "tides",
         *       "secret": "tides",
         *       "options": {},
         *       "policy": {},
         *       "mapping": {},
         *       "keep_tokens": false
         *     }
         */
        'application/json': {
          client_id: string
          /** @enum {string} */
          connector: 'google' | 'facebook' | 'microsoft' | 'apple' | 'github' | 'linkedin' | 'oidc' | 'oauth2'
          /** @default true */
          enabled?: boolean
          /**
           * @description Keep the tokens it gives us, sealed, for applications that may ask for them.
           * @default false
           */
          keep_tokens?: boolean
          /** @default {} */
          mapping?: {
            [key: string]: string | null
          }
          /** @description As people read it on the button. */
          name: string
          /**
           * @description What the connector wants to know besides: GET /admin/providers/connectors.
           * @default {}
           */
          options?: {
            [key: string]: unknown
          }
          /** @default {} */
          policy?: {
            /** @default [] */
            allowed_domains?: string[]
            /**
             * @default open
             * @enum {string}
             */
            creation?: 'open' | 'invitation' | 'never'
            /** @default false */
            require_verified_email?: boolean
            trust_email?: boolean
          }
          /**
           * @description Buttons stand in this order, and then by name.
           * @default 100
           */
          position?: number
          /** @description Client secret; for Apple the private key (PKCS #8, PEM). Never shown again. */
          secret: string
          /** @description Its name in URLs; stands in the callback address and never changes. */
          slug: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description To be registered there too, where the provider tells of sign-outs. */
            backchannel_logout_url: string
            /** @description To be registered at the provider. */
            callback_url: string
            client_id: string
            connector: string
            /** Format: date-time */
            created_at: string
            /** @description Its own mapping over the connector’s. */
            effective_mapping: {
              [key: string]: string
            }
            enabled: boolean
            has_secret: boolean
            /** Format: uuid */
            id: string
            issuer: string
            keep_tokens: boolean
            mapping: {
              [key: string]: string | null
            }
            name: string
            /** @description What is no fault and may become one, like a name that does not resolve. */
            notes: string[]
            options: {
              [key: string]: unknown
            }
            policy: {
              allowed_domains: string[]
              /** @enum {string} */
              creation: 'open' | 'invitation' | 'never'
              require_verified_email: boolean
              /** @description As it holds: its own, or else the connector’s. */
              trust_email: boolean
            }
            position: number
            revision: number
            slug: string
            /** Format: date-time */
            updated_at: string
          }
        }
      }
    }
  }
  getAdminProvidersSlug: {
    parameters: {
      query?: never
      header?: never
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description To be registered there too, where the provider tells of sign-outs. */
            backchannel_logout_url: string
            /** @description To be registered at the provider. */
            callback_url: string
            client_id: string
            connector: string
            /** Format: date-time */
            created_at: string
            /** @description Its own mapping over the connector’s. */
            effective_mapping: {
              [key: string]: string
            }
            enabled: boolean
            has_secret: boolean
            /** Format: uuid */
            id: string
            issuer: string
            keep_tokens: boolean
            mapping: {
              [key: string]: string | null
            }
            name: string
            options: {
              [key: string]: unknown
            }
            policy: {
              allowed_domains: string[]
              /** @enum {string} */
              creation: 'open' | 'invitation' | 'never'
              require_verified_email: boolean
              /** @description As it holds: its own, or else the connector’s. */
              trust_email: boolean
            }
            position: number
            revision: number
            slug: string
            /** Format: date-time */
            updated_at: string
          }
        }
      }
    }
  }
  deleteAdminProvidersSlug: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchAdminProvidersSlug: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "revision": 1,
         *       "name": "tides",
         *       "enabled": true,
         *       "position": 1,
         *       "client_id": "tides",
         *       "secret": "tides",
         *       "options": {},
         *       "policy": {
         *         "creation": "open",
         *         "allowed_domains": [
         *           "example.com"
         *         ],
         *         "require_verified_email": true,
         *         "trust_email": true
         *       },
         *       "mapping": {},
         *       "keep_tokens": true
         *     }
         */
        'application/json': {
          client_id?: string
          enabled?: boolean
          keep_tokens?: boolean
          mapping?: {
            [key: string]: string | null
          }
          /** @description As people read it on the button. */
          name?: string
          options?: {
            [key: string]: unknown
          }
          policy?: {
            allowed_domains?: string[]
            /** @enum {string} */
            creation?: 'open' | 'invitation' | 'never'
            require_verified_email?: boolean
            trust_email?: boolean | null
          }
          position?: number
          /** @description Of the provider that the change was made to; another one is refused. Demanded without If-Match. */
          revision?: number
          /** @description Demanded again where the client id, or an address that gets the secret, changes. */
          secret?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description To be registered there too, where the provider tells of sign-outs. */
            backchannel_logout_url: string
            /** @description To be registered at the provider. */
            callback_url: string
            client_id: string
            connector: string
            /** Format: date-time */
            created_at: string
            /** @description Its own mapping over the connector’s. */
            effective_mapping: {
              [key: string]: string
            }
            enabled: boolean
            has_secret: boolean
            /** Format: uuid */
            id: string
            issuer: string
            keep_tokens: boolean
            mapping: {
              [key: string]: string | null
            }
            name: string
            /** @description What is no fault and may become one, like a name that does not resolve. */
            notes: string[]
            options: {
              [key: string]: unknown
            }
            policy: {
              allowed_domains: string[]
              /** @enum {string} */
              creation: 'open' | 'invitation' | 'never'
              require_verified_email: boolean
              /** @description As it holds: its own, or else the connector’s. */
              trust_email: boolean
            }
            position: number
            revision: number
            slug: string
            /** Format: date-time */
            updated_at: string
          }
        }
      }
    }
  }
  postAdminProvidersSlugDisable: {
    parameters: {
      query?: never
      header?: never
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description To be registered there too, where the provider tells of sign-outs. */
            backchannel_logout_url: string
            /** @description To be registered at the provider. */
            callback_url: string
            client_id: string
            connector: string
            /** Format: date-time */
            created_at: string
            /** @description Its own mapping over the connector’s. */
            effective_mapping: {
              [key: string]: string
            }
            enabled: boolean
            has_secret: boolean
            /** Format: uuid */
            id: string
            issuer: string
            keep_tokens: boolean
            mapping: {
              [key: string]: string | null
            }
            name: string
            options: {
              [key: string]: unknown
            }
            policy: {
              allowed_domains: string[]
              /** @enum {string} */
              creation: 'open' | 'invitation' | 'never'
              require_verified_email: boolean
              /** @description As it holds: its own, or else the connector’s. */
              trust_email: boolean
            }
            position: number
            revision: number
            slug: string
            /** Format: date-time */
            updated_at: string
          }
        }
      }
    }
  }
  getAdminProvidersSlugDomains: {
    parameters: {
      query?: never
      header?: never
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              added_at: string
              checked_at: string | null
              domain: string
              /** @description Only then does the provider speak for it. */
              proven: boolean
              proven_at: string | null
              /** @description To be put into the DNS, and to be left there. */
              record: {
                name: string
                /** @constant */
                type: 'TXT'
                value: string
              }
            }[]
          }
        }
      }
    }
  }
  postAdminProvidersSlugDomains: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "domain": "example.com"
         *     }
         */
        'application/json': {
          domain: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            added_at: string
            checked_at: string | null
            domain: string
            /** @description Only then does the provider speak for it. */
            proven: boolean
            proven_at: string | null
            /** @description To be put into the DNS, and to be left there. */
            record: {
              name: string
              /** @constant */
              type: 'TXT'
              value: string
            }
          }
        }
      }
    }
  }
  deleteAdminProvidersSlugDomainsDomain: {
    parameters: {
      query?: never
      header?: never
      path: {
        domain: string
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAdminProvidersSlugDomainsDomainCheck: {
    parameters: {
      query?: never
      header?: never
      path: {
        domain: string
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            added_at: string
            checked_at: string | null
            domain: string
            /** @description Only then does the provider speak for it. */
            proven: boolean
            proven_at: string | null
            /** @description To be put into the DNS, and to be left there. */
            record: {
              name: string
              /** @constant */
              type: 'TXT'
              value: string
            }
          }
        }
      }
    }
  }
  postAdminProvidersSlugEnable: {
    parameters: {
      query?: never
      header?: never
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description To be registered there too, where the provider tells of sign-outs. */
            backchannel_logout_url: string
            /** @description To be registered at the provider. */
            callback_url: string
            client_id: string
            connector: string
            /** Format: date-time */
            created_at: string
            /** @description Its own mapping over the connector’s. */
            effective_mapping: {
              [key: string]: string
            }
            enabled: boolean
            has_secret: boolean
            /** Format: uuid */
            id: string
            issuer: string
            keep_tokens: boolean
            mapping: {
              [key: string]: string | null
            }
            name: string
            options: {
              [key: string]: unknown
            }
            policy: {
              allowed_domains: string[]
              /** @enum {string} */
              creation: 'open' | 'invitation' | 'never'
              require_verified_email: boolean
              /** @description As it holds: its own, or else the connector’s. */
              trust_email: boolean
            }
            position: number
            revision: number
            slug: string
            /** Format: date-time */
            updated_at: string
          }
        }
      }
    }
  }
  postAdminProvidersSlugTest: {
    parameters: {
      query?: never
      header?: never
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            endpoints: {
              [key: string]: string
            }
            issuer: string | null
            ok: boolean
            reason: string | null
          }
        }
      }
    }
  }
  postAdminProvidersSlugTry: {
    parameters: {
      query?: never
      header?: never
      path: {
        slug: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "claims": {},
         *       "invited": false
         *     }
         */
        'application/json': {
          /** @description What the provider would say, by its own names. */
          claims: {
            [key: string]: unknown
          }
          /** @default false */
          invited?: boolean
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            account: {
              /** @description Whether somebody who comes for the first time gets an account. */
              made: boolean
              /** @description Why not. */
              reason: string | null
            }
            email_proven: boolean
            mapped: {
              [key: string]: string | boolean
            }
            upstream: {
              endpoints: {
                [key: string]: string
              }
              issuer: string | null
              ok: boolean
              reason: string | null
            }
          }
        }
      }
    }
  }
  getAdminProvidersConnectors: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              backchannel_logout_url: string
              /** @description With the slug of the provider in place of {slug}. */
              callback_url: string
              /** @description Section of docs/integrate.md. */
              help: string
              label: string
              mapping: {
                [key: string]: string
              }
              name: string
              /** @description JSON Schema of what it wants to know. */
              options: {
                [key: string]: unknown
              }
              /** @enum {string} */
              protocol: 'oidc' | 'oauth2'
              scopes: string[]
              /** @enum {string} */
              secret: 'client-secret' | 'private-key'
              trust_email: boolean
            }[]
          }
        }
      }
    }
  }
  getAdminReactions: {
    parameters: {
      query?: {
        after?: string
        limit?: number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: uuid */
              event_id: string
              /** Format: date-time */
              given_up_at: string
              /** Format: date-time */
              published_at: string
              reaction: string
              subject: string
              type: string
            }[]
            next: string | null
          }
        }
      }
    }
  }
  deleteAdminReactionsEventIdReaction: {
    parameters: {
      query?: never
      header?: never
      path: {
        event_id: string
        reaction: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAdminReactionsEventIdReactionRetry: {
    parameters: {
      query?: never
      header?: never
      path: {
        event_id: string
        reaction: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminRegistrationTokens: {
    parameters: {
      query?: {
        after?: string
        limit?: number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              created_at: string
              /** Format: date-time */
              expires_at: string
              /** Format: uuid */
              id: string
              name: string | null
              policy: {
                [key: string]: unknown
              } | null
              /** @enum {string} */
              state: 'live' | 'used up' | 'expired' | 'revoked'
              uses: number
              uses_left: number
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminRegistrationTokens: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides",
         *       "uses": 1,
         *       "lifetime_seconds": 604800,
         *       "policy": {
         *         "grants": [
         *           "authorization_code",
         *           "refresh_token"
         *         ],
         *         "scopes": [
         *           "openid",
         *           "profile",
         *           "email",
         *           "address",
         *           "phone",
         *           "offline_access"
         *         ],
         *         "redirectHosts": [],
         *         "authMethods": [
         *           "client_secret_basic",
         *           "client_secret_post",
         *           "private_key_jwt",
         *           "none"
         *         ],
         *         "lifetimeDays": null
         *       }
         *     }
         */
        'application/json': {
          /** @default 604800 */
          lifetime_seconds?: number
          name?: string
          /** @description Absent: the setting registration.policy. */
          policy?: {
            /**
             * @default [
             *       "client_secret_basic",
             *       "client_secret_post",
             *       "private_key_jwt",
             *       "none"
             *     ]
             */
            authMethods?: ('client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none')[]
            /**
             * @default [
             *       "authorization_code",
             *       "refresh_token"
             *     ]
             */
            grants?: string[]
            /** @default null */
            lifetimeDays?: number | null
            /** @default [] */
            redirectHosts?: string[]
            /**
             * @default [
             *       "openid",
             *       "profile",
             *       "email",
             *       "address",
             *       "phone",
             *       "offline_access"
             *     ]
             */
            scopes?: string[]
          }
          /** @default 1 */
          uses?: number
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            expires_at: string
            /** Format: uuid */
            id: string
            /** @description The initial access token; shown this once. */
            token: string
          }
        }
      }
    }
  }
  deleteAdminRegistrationTokensId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminRoles: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              built_in: boolean
              created_at: string | null
              description: string
              name: string
              permissions: string[]
              updated_at: string | null
            }[]
          }
        }
      }
    }
  }
  postAdminRoles: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides",
         *       "description": "tides",
         *       "permissions": [
         *         "tides"
         *       ]
         *     }
         */
        'application/json': {
          /** @description What the role is for. */
          description: string
          /** @description Never changes. */
          name: string
          /** @description As listed at /admin/permissions; all of them held by whoever says it. */
          permissions: string[]
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            built_in: boolean
            created_at: string | null
            description: string
            name: string
            permissions: string[]
            updated_at: string | null
          }
        }
      }
    }
  }
  getAdminRolesName: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        name: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            built_in: boolean
            created_at: string | null
            description: string
            name: string
            permissions: string[]
            updated_at: string | null
          }
        }
      }
    }
  }
  deleteAdminRolesName: {
    parameters: {
      query?: {
        reason?: string
        /** @description true: it is taken from everybody who holds it; else one that is held is refused. */
        take_away?: 'true' | 'false'
      }
      header?: never
      path: {
        name: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchAdminRolesName: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        name: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "description": "tides",
         *       "permissions": [
         *         "tides"
         *       ]
         *     }
         */
        'application/json': {
          /** @description What the role is for. */
          description?: string
          /** @description As listed at /admin/permissions; all of them held by whoever says it. */
          permissions?: string[]
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            built_in: boolean
            created_at: string | null
            description: string
            name: string
            permissions: string[]
            updated_at: string | null
          }
        }
      }
    }
  }
  getAdminRolesNameHolders: {
    parameters: {
      query?: {
        after?: string
        limit?: number
      }
      header?: never
      path: {
        name: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              created_at: string
              /** @enum {string} */
              effect: 'allow' | 'deny'
              ends_at: string | null
              granted_by: string
              holder: {
                id: string
                /** @enum {string} */
                type: 'user' | 'client'
              }
              /** Format: uuid */
              id: string
              in_force: boolean
              permission: string | null
              reason: string | null
              role: string | null
              scope: {
                id: string | null
                /** @enum {string} */
                type: 'system' | 'organization' | 'client'
              }
              /** @description By what way it came; direct: somebody gave it. */
              source: string
              /** Format: date-time */
              starts_at: string
            }[]
            next: string | null
          }
        }
      }
    }
  }
  getAdminSessions: {
    parameters: {
      query?: {
        after?: string
        client_id?: string
        ip?: string
        limit?: number
        sort?: '-started_at' | 'started_at'
        started_since?: string
        started_until?: string
        state?: 'live' | 'ended' | 'all'
        used_since?: string
        user_id?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              acr: string | null
              amr: string[]
              /** Format: date-time */
              authenticated_at: string
              /** @description As the browser calls itself; a hint, no proof. */
              browser: string | null
              /** @description Applications it reached. */
              clients: {
                client_id: string
                ended: boolean
                /** @description The sid in the tokens of this client. */
                session_id: string
              }[]
              end_reason: string | null
              ended_at: string | null
              id: string
              /** @description Where it began. */
              ip: string
              /** @description Where it was used last. */
              last_ip: string
              /**
               * Format: date-time
               * @description To the minute.
               */
              last_used_at: string
              /** Format: date-time */
              started_at: string
              system: string | null
              user: {
                email: string | null
                /** Format: uuid */
                id: string
                name: string | null
                username: string | null
              }
              user_agent: string
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminSessionsIdRevoke: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminSettings: {
    parameters: {
      query?: {
        client?: string
        organization?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              changed_at: string | null
              changed_by: {
                id: string | null
                type: string
              } | null
              default: unknown
              description: string
              /** @description In a list for the system: clients and organizations with a value of their own. */
              exceptions?: {
                id: string
                /** @enum {string} */
                scope: 'system' | 'organization' | 'client'
                value: unknown
              }[]
              key: string
              /** @description It has a value of its own there. */
              own: boolean
              /** @description JSON Schema of what it may be. */
              schema: {
                [key: string]: unknown
              }
              scopes: ('system' | 'organization' | 'client')[]
              /** @description What holds there. */
              value: unknown
            }[]
          }
        }
      }
    }
  }
  getAdminSettingsKey: {
    parameters: {
      query?: {
        client?: string
        organization?: string
      }
      header?: never
      path: {
        key: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            changed_at: string | null
            changed_by: {
              id: string | null
              type: string
            } | null
            default: unknown
            description: string
            /** @description In a list for the system: clients and organizations with a value of their own. */
            exceptions?: {
              id: string
              /** @enum {string} */
              scope: 'system' | 'organization' | 'client'
              value: unknown
            }[]
            key: string
            /** @description It has a value of its own there. */
            own: boolean
            /** @description JSON Schema of what it may be. */
            schema: {
              [key: string]: unknown
            }
            scopes: ('system' | 'organization' | 'client')[]
            /** @description What holds there. */
            value: unknown
          }
        }
      }
    }
  }
  putAdminSettingsKey: {
    parameters: {
      query?: {
        client?: string
        organization?: string
      }
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        key: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "value": "tides"
         *     }
         */
        'application/json': {
          value: components['schemas']['__schema0']
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            changed_at: string | null
            changed_by: {
              id: string | null
              type: string
            } | null
            default: unknown
            description: string
            /** @description In a list for the system: clients and organizations with a value of their own. */
            exceptions?: {
              id: string
              /** @enum {string} */
              scope: 'system' | 'organization' | 'client'
              value: unknown
            }[]
            key: string
            /** @description It has a value of its own there. */
            own: boolean
            /** @description JSON Schema of what it may be. */
            schema: {
              [key: string]: unknown
            }
            scopes: ('system' | 'organization' | 'client')[]
            /** @description What holds there. */
            value: unknown
          }
        }
      }
    }
  }
  deleteAdminSettingsKey: {
    parameters: {
      query?: {
        client?: string
        organization?: string
      }
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        key: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            changed_at: string | null
            changed_by: {
              id: string | null
              type: string
            } | null
            default: unknown
            description: string
            /** @description In a list for the system: clients and organizations with a value of their own. */
            exceptions?: {
              id: string
              /** @enum {string} */
              scope: 'system' | 'organization' | 'client'
              value: unknown
            }[]
            key: string
            /** @description It has a value of its own there. */
            own: boolean
            /** @description JSON Schema of what it may be. */
            schema: {
              [key: string]: unknown
            }
            scopes: ('system' | 'organization' | 'client')[]
            /** @description What holds there. */
            value: unknown
          }
        }
      }
    }
  }
  getAdminStatistics: {
    parameters: {
      query?: {
        from?: string
        until?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description Up to when it is counted; a minute ago, as a rule. */
            counted_at: string | null
            days: {
              active_users: number
              day: string
              failures: number
              failures_by_reason: {
                [key: string]: number
              }
              registrations: number
              sign_ins: number
              /** @description Issued to people’s applications, and refreshed. */
              tokens: number
            }[]
            from: string
            totals: {
              /** @description Active people are counted once a day, so their days have no sum. */
              active_users_by_day: {
                /** @description Of all days of the range, to a tenth. */
                mean: number
                most: number
              }
              failures: number
              failures_by_reason: {
                [key: string]: number
              }
              registrations: number
              sign_ins: number
              /** @description Issued to people’s applications, and refreshed. */
              tokens: number
            }
            until: string
          }
        }
      }
    }
  }
  getAdminStatisticsNow: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            keys: {
              age_seconds: number
              algorithm: string
              kid: string
            }[]
            queue: {
              /** @description Jobs that failed for the last time. */
              dead: number
              /** @description Events that no one has been told of yet; at most 10,000 are counted. */
              events: number
              /** @description Jobs that failed and are tried again. */
              failing: number
              running: number
              /** @description Jobs for later. */
              scheduled: number
              /** @description Jobs that are due. */
              waiting: number
            }
            /** @description Of the process that answers, since it started; null: nothing was revoked yet. */
            time_to_dark_seconds: {
              count: number
              p50: number
              p99: number
            } | null
          }
        }
      }
    }
  }
  getAdminStreams: {
    parameters: {
      query?: {
        after?: string
        limit?: number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              client_id: string
              /** Format: date-time */
              created_at: string
              description: string | null
              endpoint_url: string | null
              events_delivered: string[]
              events_requested: string[]
              /** Format: uuid */
              id: string
              /** @enum {string} */
              method: 'push' | 'poll'
              /** @enum {string} */
              status: 'enabled' | 'paused' | 'disabled'
              status_reason: string | null
              /** Format: date-time */
              updated_at: string
              /** @description When its oldest event that is not taken was told. */
              waiting_since: string | null
            }[]
            next: string | null
          }
        }
      }
    }
  }
  getAdminStreamsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            client_id: string
            /** Format: date-time */
            created_at: string
            description: string | null
            endpoint_url: string | null
            events_delivered: string[]
            events_requested: string[]
            /** Format: uuid */
            id: string
            /** @enum {string} */
            method: 'push' | 'poll'
            /** @enum {string} */
            status: 'enabled' | 'paused' | 'disabled'
            status_reason: string | null
            /** Format: date-time */
            updated_at: string
            /** @description When its oldest event that is not taken was told. */
            waiting_since: string | null
          }
        }
      }
    }
  }
  deleteAdminStreamsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAdminStreamsIdStatus: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "status": "enabled",
         *       "reason": "tides"
         *     }
         */
        'application/json': {
          reason?: string
          /** @enum {string} */
          status: 'enabled' | 'paused' | 'disabled'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            client_id: string
            /** Format: date-time */
            created_at: string
            description: string | null
            endpoint_url: string | null
            events_delivered: string[]
            events_requested: string[]
            /** Format: uuid */
            id: string
            /** @enum {string} */
            method: 'push' | 'poll'
            /** @enum {string} */
            status: 'enabled' | 'paused' | 'disabled'
            status_reason: string | null
            /** Format: date-time */
            updated_at: string
            /** @description When its oldest event that is not taken was told. */
            waiting_since: string | null
          }
        }
      }
    }
  }
  getAdminUsers: {
    parameters: {
      query?: {
        after?: string
        created_since?: string
        created_until?: string
        /** @description The whole address, in any spelling. */
        email?: string
        last_sign_in_since?: string
        last_sign_in_until?: string
        limit?: number
        /** @description Beginning of the e-mail address, the user name or the name. */
        q?: string
        /** @description Who holds this role now, in the whole system. */
        role?: string
        /** @description Words that all occur, anywhere, in the e-mail address, user name or name; or part of a telephone number. Fewer than three characters are compared with the beginnings. */
        search?: string
        /** @description Whether they have a second factor that works. */
        second_factor?: 'true' | 'false'
        /** @description By last_sign_in_at, only people who have signed in are listed. */
        sort?:
          | '-created_at'
          | 'created_at'
          | '-updated_at'
          | 'updated_at'
          | 'email'
          | '-email'
          | 'name'
          | '-name'
          | '-last_sign_in_at'
          | 'last_sign_in_at'
        /** @description Without it, everybody who is not deleted. */
        status?: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
        username?: string
        /** @description Whether the e-mail address is known to be theirs. */
        verified?: 'true' | 'false'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              created_at: string
              /** @description When the account is deleted; until then it can be restored. */
              delete_at: string | null
              email: string | null
              email_verified: boolean
              /** Format: uuid */
              id: string
              last_sign_in_at: string | null
              locale: string | null
              name: string | null
              /** @description The highest of them. */
              role: string
              /** @description Held now in the whole system; everybody holds user. */
              roles: string[]
              /** @enum {string} */
              status: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
              status_reason: string | null
              /** Format: date-time */
              updated_at: string
              username: string | null
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postAdminUsers: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "tides",
         *       "email_verified": false,
         *       "password": "tides",
         *       "custom": {},
         *       "send_invitation": false,
         *       "username": "tides",
         *       "name": "tides",
         *       "locale": "tides",
         *       "given_name": "tides",
         *       "family_name": "tides",
         *       "middle_name": "tides",
         *       "nickname": "tides",
         *       "profile": "https://app.example.com/callback",
         *       "picture": "https://app.example.com/callback",
         *       "website": "https://app.example.com/callback",
         *       "gender": "tides",
         *       "birthdate": "2030-01-31",
         *       "zoneinfo": "tides",
         *       "phone_number": "+4915112345678",
         *       "address": {
         *         "formatted": "tides",
         *         "street_address": "tides",
         *         "locality": "tides",
         *         "region": "tides",
         *         "postal_code": "tides",
         *         "country": "tides"
         *       }
         *     }
         */
        'application/json': {
          address?: {
            country?: string | null
            formatted?: string | null
            locality?: string | null
            postal_code?: string | null
            region?: string | null
            street_address?: string | null
          } | null
          birthdate?: string | null
          /** @description Fields of the setting users.custom_fields; null clears one. */
          custom?: {
            [key: string]: (string | number | boolean) | null
          }
          email?: string
          /** @default false */
          email_verified?: boolean
          family_name?: string | null
          gender?: string | null
          given_name?: string | null
          locale?: string | null
          middle_name?: string | null
          name?: string | null
          nickname?: string | null
          /** @description Judged as one that the person chose would be. Without it they choose one by mail, or sign in otherwise. */
          password?: string
          phone_number?: string | null
          picture?: string | null
          profile?: string | null
          /**
           * @description Mail a link to their first password to the address, which is proven by using it.
           * @default false
           */
          send_invitation?: boolean
          username?: string | null
          website?: string | null
          zoneinfo?: string | null
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            custom: {
              [key: string]: string | number | boolean
            }
            /** @description When the account is deleted; until then it can be restored. */
            delete_at: string | null
            email: string | null
            email_verified: boolean
            /** Format: uuid */
            id: string
            last_sign_in_at: string | null
            locale: string | null
            name: string | null
            profile: {
              address: {
                [key: string]: string
              } | null
              birthdate?: string | null
              family_name?: string | null
              gender?: string | null
              given_name?: string | null
              middle_name?: string | null
              nickname?: string | null
              phone_number?: string | null
              phone_number_verified: boolean
              picture?: string | null
              profile?: string | null
              website?: string | null
              zoneinfo?: string | null
            }
            /** @description The highest of them. */
            role: string
            /** @description Held now in the whole system; everybody holds user. */
            roles: string[]
            /** @enum {string} */
            status: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
            status_reason: string | null
            /** Format: date-time */
            updated_at: string
            username: string | null
          }
        }
      }
    }
  }
  getAdminUsersId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            custom: {
              [key: string]: string | number | boolean
            }
            /** @description When the account is deleted; until then it can be restored. */
            delete_at: string | null
            email: string | null
            email_verified: boolean
            /** Format: uuid */
            id: string
            last_sign_in_at: string | null
            locale: string | null
            name: string | null
            profile: {
              address: {
                [key: string]: string
              } | null
              birthdate?: string | null
              family_name?: string | null
              gender?: string | null
              given_name?: string | null
              middle_name?: string | null
              nickname?: string | null
              phone_number?: string | null
              phone_number_verified: boolean
              picture?: string | null
              profile?: string | null
              website?: string | null
              zoneinfo?: string | null
            }
            /** @description The highest of them. */
            role: string
            /** @description Held now in the whole system; everybody holds user. */
            roles: string[]
            /** @enum {string} */
            status: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
            status_reason: string | null
            /** Format: date-time */
            updated_at: string
            username: string | null
          }
        }
      }
    }
  }
  deleteAdminUsersId: {
    parameters: {
      query?: {
        /** @description Days in which the account is disabled and can be restored, before it is deleted. 0: deleted now. */
        grace_days?: number
        reason?: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            delete_at: string
          }
        }
      }
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchAdminUsersId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "status": "active",
         *       "roles": [
         *         "tides"
         *       ],
         *       "email": "tides",
         *       "email_verified": true,
         *       "custom": {},
         *       "reason": "tides",
         *       "username": "tides",
         *       "name": "tides",
         *       "locale": "tides",
         *       "given_name": "tides",
         *       "family_name": "tides",
         *       "middle_name": "tides",
         *       "nickname": "tides",
         *       "profile": "https://app.example.com/callback",
         *       "picture": "https://app.example.com/callback",
         *       "website": "https://app.example.com/callback",
         *       "gender": "tides",
         *       "birthdate": "2030-01-31",
         *       "zoneinfo": "tides",
         *       "phone_number": "+4915112345678",
         *       "address": {
         *         "formatted": "tides",
         *         "street_address": "tides",
         *         "locality": "tides",
         *         "region": "tides",
         *         "postal_code": "tides",
         *         "country": "tides"
         *       }
         *     }
         */
        'application/json': {
          address?: {
            country?: string | null
            formatted?: string | null
            locality?: string | null
            postal_code?: string | null
            region?: string | null
            street_address?: string | null
          } | null
          birthdate?: string | null
          /** @description Fields of the setting users.custom_fields; null clears one. */
          custom?: {
            [key: string]: (string | number | boolean) | null
          }
          /** @description Another address; the one before is told. Unverified unless email_verified says otherwise. */
          email?: string
          /**
           * @description The address is known to be theirs.
           * @constant
           */
          email_verified?: true
          family_name?: string | null
          gender?: string | null
          given_name?: string | null
          locale?: string | null
          middle_name?: string | null
          name?: string | null
          nickname?: string | null
          phone_number?: string | null
          picture?: string | null
          profile?: string | null
          /** @description Why; stands in the audit log. */
          reason?: string
          /** @description All roles the person is to hold in the whole system. */
          roles?: string[]
          /** @enum {string} */
          status?: 'active' | 'disabled'
          username?: string | null
          website?: string | null
          zoneinfo?: string | null
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            custom: {
              [key: string]: string | number | boolean
            }
            /** @description When the account is deleted; until then it can be restored. */
            delete_at: string | null
            email: string | null
            email_verified: boolean
            /** Format: uuid */
            id: string
            last_sign_in_at: string | null
            locale: string | null
            name: string | null
            profile: {
              address: {
                [key: string]: string
              } | null
              birthdate?: string | null
              family_name?: string | null
              gender?: string | null
              given_name?: string | null
              middle_name?: string | null
              nickname?: string | null
              phone_number?: string | null
              phone_number_verified: boolean
              picture?: string | null
              profile?: string | null
              website?: string | null
              zoneinfo?: string | null
            }
            /** @description The highest of them. */
            role: string
            /** @description Held now in the whole system; everybody holds user. */
            roles: string[]
            /** @enum {string} */
            status: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
            status_reason: string | null
            /** Format: date-time */
            updated_at: string
            username: string | null
          }
        }
      }
    }
  }
  getAdminUsersIdAccess: {
    parameters: {
      query: {
        client_id?: string
        organization_id?: string
        permission: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            allowed: boolean
            /** @description The assignment that decided; null where none speaks. */
            because: {
              assignment_id: string | null
              /** @description Null: everybody has it. */
              source: string | null
              /** @description The role, or the permission itself. */
              via: string
            } | null
            permission: string
            /** @enum {string} */
            reason: 'granted' | 'implied' | 'denied' | 'not_granted' | 'unknown_permission'
          }
        }
      }
    }
  }
  getAdminUsersIdConsents: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              client_id: string
              /** Format: date-time */
              granted_at: string
              scopes: string[]
            }[]
          }
        }
      }
    }
  }
  deleteAdminUsersIdConsents: {
    parameters: {
      query: {
        client_id: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminUsersIdEvents: {
    parameters: {
      query?: {
        after?: string
        limit?: number
        /** @description What was done to their account, or by them. */
        side?: 'about' | 'by'
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              action: string
              actor: {
                id: string | null
                type: string
              }
              changes: components['schemas']['__schema1']
              /** @enum {string} */
              class: 'governance' | 'sign-in' | 'token'
              details: components['schemas']['__schema2']
              /** Format: uuid */
              id: string
              ip: string | null
              organization_id: string | null
              /** @enum {string} */
              outcome: 'success' | 'failure' | 'denied'
              /** @enum {string} */
              personal: 'none' | 'readable' | 'erased' | 'lost'
              personal_changes: {
                after: components['schemas']['__schema4']
                before: components['schemas']['__schema3']
              } | null
              reason: string | null
              recorded_at: string
              request_id: string | null
              target: {
                id: string | null
                type: string
              } | null
              user_agent: string | null
            }[]
            next: string | null
          }
        }
      }
    }
  }
  getAdminUsersIdFactors: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              /**
               * @description totp: an authenticator app.
               * @enum {string}
               */
              kind: 'totp' | 'sms' | 'mail'
              last_used_at: string | null
              name: string
            }[]
            recovery_codes_left: number
          }
        }
      }
    }
  }
  deleteAdminUsersIdFactors: {
    parameters: {
      query: {
        /** @description Why; stands in the audit log. */
        reason: string
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description True: passkeys stay, of which the person may be asked for one. Delete what they have lost. */
            passkeys_left: boolean
          }
        }
      }
    }
  }
  getAdminUsersIdIdentities: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            has_password: boolean
            items: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              issuer: string
              /** @description What its owner knows it by at the provider. */
              label: string | null
              last_used_at: string | null
              provider: {
                enabled: boolean
                name: string
                slug: string
              } | null
              subject: string
            }[]
          }
        }
      }
    }
  }
  deleteAdminUsersIdIdentitiesIdentity: {
    parameters: {
      query?: {
        /** @description Days in which the account is disabled and can be restored, before it is deleted. 0: deleted now. */
        grace_days?: number
        reason?: string
      }
      header?: never
      path: {
        id: string
        identity: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description False: nobody can sign in to the account now, until its owner gets a new password by mail. */
            way_in_left: boolean
          }
        }
      }
    }
  }
  postAdminUsersIdMerge: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "merged_user_id": "019a0000-0000-7000-8000-000000000000",
         *       "reason": "tides"
         *     }
         */
        'application/json': {
          /**
           * Format: uuid
           * @description The account that goes into the one of the path.
           */
          merged_user_id: string
          /** @description Why; stands in the audit log. */
          reason: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: uuid */
            id: string
            merged_at: string | null
            /** Format: uuid */
            merged_user_id: string
            /** @description How it was shown that the merged account is the same person’s. */
            proof: string
            /** @enum {string} */
            state: 'merged' | 'undone'
            /** Format: uuid */
            surviving_user_id: string
            undo_until: string | null
            undoable: boolean
            undone_at: string | null
          }
        }
      }
    }
  }
  getAdminUsersIdMerges: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: uuid */
              id: string
              merged_at: string | null
              /** Format: uuid */
              merged_user_id: string
              /** @description How it was shown that the merged account is the same person’s. */
              proof: string
              /** @enum {string} */
              state: 'merged' | 'undone'
              /** Format: uuid */
              surviving_user_id: string
              undo_until: string | null
              undoable: boolean
              undone_at: string | null
            }[]
          }
        }
      }
    }
  }
  getAdminUsersIdPasskeys: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** @description The kind of authenticator, by its own word. */
              aaguid: string
              backed_up: boolean
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              last_used_at: string | null
              /** @description Its counter went back once: two devices may have it. */
              may_be_copied: boolean
              name: string
              /** @enum {string} */
              purpose: 'passkey' | 'security-key'
              transports: string[]
            }[]
          }
        }
      }
    }
  }
  deleteAdminUsersIdPasskeysPasskey: {
    parameters: {
      query?: {
        /** @description Days in which the account is disabled and can be restored, before it is deleted. 0: deleted now. */
        grace_days?: number
        reason?: string
      }
      header?: never
      path: {
        id: string
        passkey: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description False: nobody can sign in to the account now, until its owner gets a new password by mail. */
            way_in_left: boolean
          }
        }
      }
    }
  }
  postAdminUsersIdPasswordReset: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAdminUsersIdPermissions: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "permission": "tides",
         *       "effect": "allow",
         *       "reason": "tides",
         *       "starts_at": "2030-01-31T12:00:00.000Z",
         *       "ends_at": "2030-01-31T12:00:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * @description deny beats every grant.
           * @enum {string}
           */
          effect: 'allow' | 'deny'
          /**
           * Format: date-time
           * @description Absent: until it is taken away.
           */
          ends_at?: string
          permission: string
          /** @description Why; stands in the audit log. */
          reason?: string
          /**
           * Format: date-time
           * @description Absent: now.
           */
          starts_at?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** @enum {string} */
            effect: 'allow' | 'deny'
            ends_at: string | null
            granted_by: string
            /** Format: uuid */
            id: string
            in_force: boolean
            permission: string | null
            reason: string | null
            role: string | null
            scope: {
              id: string | null
              /** @enum {string} */
              type: 'system' | 'organization' | 'client'
            }
            /** @description By what way it came; direct: somebody gave it. */
            source: string
            /** Format: date-time */
            starts_at: string
          }
        }
      }
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** @enum {string} */
            effect: 'allow' | 'deny'
            ends_at: string | null
            granted_by: string
            /** Format: uuid */
            id: string
            in_force: boolean
            permission: string | null
            reason: string | null
            role: string | null
            scope: {
              id: string | null
              /** @enum {string} */
              type: 'system' | 'organization' | 'client'
            }
            /** @description By what way it came; direct: somebody gave it. */
            source: string
            /** Format: date-time */
            starts_at: string
          }
        }
      }
    }
  }
  deleteAdminUsersIdPermissionsPermission: {
    parameters: {
      query: {
        /** @description deny beats every grant. */
        effect: 'allow' | 'deny'
        reason?: string
      }
      header?: never
      path: {
        id: string
        permission: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAdminUsersIdRestore: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "tides"
         *     }
         */
        'application/json': {
          /** @description Why; stands in the audit log. */
          reason?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminUsersIdRoles: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              created_at: string
              /** @enum {string} */
              effect: 'allow' | 'deny'
              ends_at: string | null
              granted_by: string
              /** Format: uuid */
              id: string
              in_force: boolean
              permission: string | null
              reason: string | null
              role: string | null
              scope: {
                id: string | null
                /** @enum {string} */
                type: 'system' | 'organization' | 'client'
              }
              /** @description By what way it came; direct: somebody gave it. */
              source: string
              /** Format: date-time */
              starts_at: string
            }[]
          }
        }
      }
    }
  }
  postAdminUsersIdRoles: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "role": "tides",
         *       "reason": "tides",
         *       "starts_at": "2030-01-31T12:00:00.000Z",
         *       "ends_at": "2030-01-31T12:00:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description Absent: until it is taken away.
           */
          ends_at?: string
          /** @description Why; stands in the audit log. */
          reason?: string
          role: string
          /**
           * Format: date-time
           * @description Absent: now.
           */
          starts_at?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** @enum {string} */
            effect: 'allow' | 'deny'
            ends_at: string | null
            granted_by: string
            /** Format: uuid */
            id: string
            in_force: boolean
            permission: string | null
            reason: string | null
            role: string | null
            scope: {
              id: string | null
              /** @enum {string} */
              type: 'system' | 'organization' | 'client'
            }
            /** @description By what way it came; direct: somebody gave it. */
            source: string
            /** Format: date-time */
            starts_at: string
          }
        }
      }
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** @enum {string} */
            effect: 'allow' | 'deny'
            ends_at: string | null
            granted_by: string
            /** Format: uuid */
            id: string
            in_force: boolean
            permission: string | null
            reason: string | null
            role: string | null
            scope: {
              id: string | null
              /** @enum {string} */
              type: 'system' | 'organization' | 'client'
            }
            /** @description By what way it came; direct: somebody gave it. */
            source: string
            /** Format: date-time */
            starts_at: string
          }
        }
      }
    }
  }
  deleteAdminUsersIdRolesRole: {
    parameters: {
      query?: {
        reason?: string
      }
      header?: never
      path: {
        id: string
        role: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getAdminUsersIdSessions: {
    parameters: {
      query?: {
        after?: string
        limit?: number
        state?: 'live' | 'ended' | 'all'
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              acr: string | null
              amr: string[]
              /** Format: date-time */
              authenticated_at: string
              /** @description As the browser calls itself; a hint, no proof. */
              browser: string | null
              /** @description Applications it reached. */
              clients: {
                client_id: string
                ended: boolean
                /** @description The sid in the tokens of this client. */
                session_id: string
              }[]
              end_reason: string | null
              ended_at: string | null
              id: string
              /** @description Where it began. */
              ip: string
              /** @description Where it was used last. */
              last_ip: string
              /**
               * Format: date-time
               * @description To the minute.
               */
              last_used_at: string
              /** Format: date-time */
              started_at: string
              system: string | null
              user: {
                email: string | null
                /** Format: uuid */
                id: string
                name: string | null
                username: string | null
              }
              user_agent: string
            }[]
            next: string | null
          }
        }
      }
    }
  }
  deleteAdminUsersIdSessions: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            ended: number
          }
        }
      }
    }
  }
  getAdminUsersExport: {
    parameters: {
      query?: {
        format?: 'ndjson' | 'csv'
        /** @description true: with password hashes; for root administrators. */
        hashes?: 'true' | 'false'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/x-ndjson': string
          'text/csv': string
        }
      }
    }
  }
  getAdminWebhooks: {
    parameters: {
      query?: {
        after?: string
        limit?: number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['Webhook'][]
            next: string | null
          }
        }
      }
    }
  }
  postAdminWebhooks: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://app.example.com/callback",
         *       "event_types": [
         *         "tides"
         *       ],
         *       "description": "",
         *       "state": "enabled"
         *     }
         */
        'application/json': {
          /** @default  */
          description?: string
          /** @description Types of events, or `*` alone for every one. */
          event_types: string[]
          /**
           * @description paused: what happens meanwhile waits; disabled: it is not told at all.
           * @default enabled
           * @enum {string}
           */
          state?: 'enabled' | 'paused' | 'disabled'
          /**
           * Format: uri
           * @description https on the public internet, or what OUTBOUND_ALLOW names.
           */
          url: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CreatedWebhook']
        }
      }
    }
  }
  getAdminWebhooksId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Webhook']
        }
      }
    }
  }
  deleteAdminWebhooksId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchAdminWebhooksId: {
    parameters: {
      query?: never
      header?: {
        /** @description The ETag of what you saw: refused with 412 when it was changed since. */
        'If-Match'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://app.example.com/callback",
         *       "event_types": [
         *         "tides"
         *       ],
         *       "description": "tides",
         *       "state": "enabled"
         *     }
         */
        'application/json': {
          description?: string
          /** @description Types of events, or `*` alone for every one. */
          event_types?: string[]
          /**
           * @description paused: what happens meanwhile waits; disabled: it is not told at all.
           * @enum {string}
           */
          state?: 'enabled' | 'paused' | 'disabled'
          /**
           * Format: uri
           * @description https on the public internet, or what OUTBOUND_ALLOW names.
           */
          url?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Webhook']
        }
      }
    }
  }
  getAdminWebhooksIdDeliveries: {
    parameters: {
      query?: {
        after?: string
        limit?: number
        state?: 'waiting' | 'delivered' | 'refused' | 'expired' | 'dropped'
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['WebhookDelivery'][]
            next: string | null
          }
        }
      }
    }
  }
  postAdminWebhooksIdDeliveriesDeliveryRetry: {
    parameters: {
      query?: never
      header?: never
      path: {
        delivery: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            retried: number
          }
        }
      }
    }
  }
  postAdminWebhooksIdReplay: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "since": "2030-01-31T12:00:00.000Z",
         *       "until": "2030-01-31T12:00:00.000Z",
         *       "types": [
         *         "tides"
         *       ],
         *       "event_id": "019a0000-0000-7000-8000-000000000000"
         *     }
         */
        'application/json': {
          /** Format: uuid */
          event_id?: string
          /** Format: date-time */
          since?: string
          /** @description Absent: those that the webhook hears of. */
          types?: string[]
          /**
           * Format: date-time
           * @description Not included. Absent: now.
           */
          until?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookReplay']
        }
      }
    }
  }
  getAdminWebhooksIdReplaysReplay: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
        replay: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookReplay']
        }
      }
    }
  }
  postAdminWebhooksIdSecret: {
    parameters: {
      query?: never
      header?: {
        /** @description Of your own making, a UUID say: asked again under it within a day, nothing is done twice. */
        'Idempotency-Key'?: string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "overlap_seconds": 86400
         *     }
         */
        'application/json': {
          /**
           * @description For how long the old secret signs beside the new one.
           * @default 86400
           */
          overlap_seconds?: number
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CreatedWebhook']
        }
      }
    }
  }
  postAdminWebhooksIdTest: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookTest']
        }
      }
    }
  }
  postAuthByMailStart: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "login": "tides",
         *       "email": "tides",
         *       "username": "tides",
         *       "proof": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description in place of `login` */
          email?: string
          /** @description e-mail address or username */
          login?: string
          /** @description the answer to the challenge of a `proof_required` */
          proof?: string
          /** @description in place of `login` */
          username?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description seconds the code is good for */
            expires_in: number
            /** @description keep it until the code is typed; it is good at this application alone */
            handle: string
          }
        }
      }
    }
  }
  postAuthByMailVerify: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "handle": "tides",
         *       "code": "tides",
         *       "scope": "tides",
         *       "acr_values": "tides",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          /** @description how surely the person must be recognised, as at /authorize (RFC 9470, section 4) */
          acr_values?: string
          client_id?: string
          client_secret?: string
          /** @description as it was typed */
          code: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          handle: string
          scope?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
    }
  }
  postAuthEmailVerify: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "token": "tides",
         *       "password": "tides",
         *       "new_password": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description in its place: nothing stays of what was made before */
          new_password?: string
          /** @description of the account */
          password?: string
          token: string
        }
      }
    }
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAuthEmailVerifyResend: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "login": "tides",
         *       "email": "tides",
         *       "username": "tides",
         *       "proof": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description in place of `login` */
          email?: string
          /** @description e-mail address or username */
          login?: string
          /** @description the answer to the challenge of a `proof_required` */
          proof?: string
          /** @description in place of `login` */
          username?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @constant */
            status: 'accepted'
          }
        }
      }
    }
  }
  postAuthLogin: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "login": "tides",
         *       "email": "tides",
         *       "username": "tides",
         *       "password": "tides",
         *       "scope": "tides",
         *       "acr_values": "tides",
         *       "device_token": "tides",
         *       "proof": "tides"
         *     }
         */
        'application/json': {
          /** @description how surely the person must be recognised, as at /authorize (RFC 9470, section 4) */
          acr_values?: string
          client_id?: string
          client_secret?: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /** @description in place of `login` */
          email?: string
          /** @description e-mail address or username */
          login?: string
          password: string
          /** @description the answer to the challenge of a `proof_required` */
          proof?: string
          scope?: string
          /** @description in place of `login` */
          username?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
    }
  }
  postAuthLogout: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAuthLogoutAll: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAuthMfaChallenge: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "type": "sms_code",
         *       "id": "019a0000-0000-7000-8000-000000000000",
         *       "proof": "tides",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /**
           * Format: uuid
           * @description of the factor that a code is to be sent to
           */
          id?: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
          /** @description the answer to the challenge of a `proof_required` */
          proof?: string
          /** @enum {string} */
          type: 'sms_code' | 'mail_code' | 'address_code' | 'security_key' | 'passkey'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description what a key is to sign */
            public_key?: {
              allowCredentials: {
                id: string
                transports: string[]
                /** @constant */
                type: 'public-key'
              }[]
              challenge: string
              rpId: string
              timeout: number
              /** @enum {string} */
              userVerification: 'preferred' | 'discouraged'
            }
            /** @description where a code went, as its owner may be shown it */
            sent_to?: string
          }
        }
      }
    }
  }
  postAuthMfaEnrol: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "type": "totp"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
          /** @constant */
          type: 'totp'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description seconds left to confirm it */
            expires_in: number
            /** Format: uuid */
            id: string
            otpauth_uri: string
            qr_svg: string
            /** @description in Base32, for who types it */
            secret: string
          }
        }
      }
    }
  }
  postAuthMfaEnrolKey: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "type": "passkey",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
          /** @enum {string} */
          type: 'passkey' | 'security_key'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description what the device is to make */
            public_key: {
              /** @enum {string} */
              attestation: 'none' | 'direct'
              authenticatorSelection: {
                /** @constant */
                authenticatorAttachment?: 'cross-platform'
                requireResidentKey: boolean
                /** @enum {string} */
                residentKey: 'required' | 'discouraged'
                /** @enum {string} */
                userVerification: 'required' | 'discouraged'
              }
              challenge: string
              excludeCredentials: {
                id: string
                transports: string[]
                /** @constant */
                type: 'public-key'
              }[]
              pubKeyCredParams: {
                alg: number
                /** @constant */
                type: 'public-key'
              }[]
              rp: {
                id: string
                name: string
              }
              timeout: number
              user: {
                displayName: string
                id: string
                name: string
              }
            }
          }
        }
      }
    }
  }
  postAuthMfaEnrolKeyVerify: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "credential": {
         *         "id": "tides",
         *         "rawId": "tides",
         *         "type": "public-key",
         *         "response": {
         *           "clientDataJSON": "tides",
         *           "attestationObject": "tides",
         *           "transports": []
         *         }
         *       },
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description what the device made, as JSON */
          credential: {
            id: string
            rawId: string
            response: {
              attestationObject: string
              clientDataJSON: string
              /** @default [] */
              transports?: string[]
            }
            /** @constant */
            type: 'public-key'
          }
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description shown this once; null: there are some, or a passkey was made */
            recovery_codes: string[] | null
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
    }
  }
  postAuthMfaEnrolPhone: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "phone_number": "tides",
         *       "proof": "tides",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
          /** @description with its country, like +4915112345678 */
          phone_number: string
          /** @description the answer to the challenge of a `proof_required` */
          proof?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description seconds the code is good for */
            expires_in: number
            /** @description the end of the number */
            sent_to: string
          }
        }
      }
    }
  }
  postAuthMfaEnrolPhoneVerify: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "code": "tides",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          code: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description shown this once; null: there are some, or a passkey was made */
            recovery_codes: string[] | null
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
    }
  }
  postAuthMfaEnrolVerify: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "id": "019a0000-0000-7000-8000-000000000000",
         *       "code": "tides",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          code: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /** Format: uuid */
          id: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description shown this once; null: there are some, or a passkey was made */
            recovery_codes: string[] | null
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
    }
  }
  postAuthMfaLost: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "remove": false,
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
          /**
           * @description true: the wait is over, and all second factors are to be removed now. false: ask for it, or how long it is
           * @default false
           */
          remove?: boolean
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: date-time
             * @description from when on a sign-in that begins after the request may remove them
             */
            ready_at: string
          }
        }
      }
    }
  }
  postAuthMfaVerify: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "mfa_token": "tides",
         *       "type": "totp",
         *       "id": "019a0000-0000-7000-8000-000000000000",
         *       "code": "tides",
         *       "credential": {
         *         "id": "tides",
         *         "rawId": "tides",
         *         "type": "public-key",
         *         "response": {
         *           "clientDataJSON": "tides",
         *           "authenticatorData": "tides",
         *           "signature": "tides",
         *           "userHandle": "tides"
         *         }
         *       },
         *       "remember_device": false,
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description as it was typed; not with a key */
          code?: string
          /** @description what a security key or passkey signed, as JSON */
          credential?: {
            id: string
            rawId: string
            response: {
              authenticatorData: string
              clientDataJSON: string
              signature: string
              userHandle?: (string | '') | null
            }
            /** @constant */
            type: 'public-key'
          }
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          /**
           * Format: uuid
           * @description of the factor that a code was sent to
           */
          id?: string
          /** @description of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with */
          mfa_token: string
          /**
           * @description not to be asked on this device again for `mfa.remember_days`, where that may be
           * @default false
           */
          remember_device?: boolean
          /**
           * @description `type` of one of the `factors` of the `mfa_required`
           * @enum {string}
           */
          type:
            'totp' | 'recovery_code' | 'sms_code' | 'mail_code' | 'address_code' | 'security_key' | 'passkey'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
    }
  }
  postAuthOauthProviderCallback: {
    parameters: {
      query?: never
      header?: never
      path: {
        provider: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "code": "tides",
         *       "id_token": "tides",
         *       "access_token": "tides",
         *       "nonce": "tides",
         *       "scope": "tides",
         *       "acr_values": "tides",
         *       "locale": "DE",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          /** @description Facebook only */
          access_token?: string
          /** @description how surely the person must be recognised, as at /authorize (RFC 9470, section 4) */
          acr_values?: string
          client_id?: string
          client_secret?: string
          code?: string
          code_verifier?: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          id_token?: string
          locale?: string
          /** @description from POST /auth/oauth/{provider}/nonce */
          nonce?: string
          scope?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @constant */
            status: 'pending'
          }
        }
      }
    }
  }
  postAuthOauthProviderNonce: {
    parameters: {
      query?: never
      header?: never
      path: {
        provider: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description seconds it is good for */
            expires_in: number
            nonce: string
          }
        }
      }
    }
  }
  postAuthPasskey: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "handle": "tides",
         *       "credential": {
         *         "id": "tides",
         *         "rawId": "tides",
         *         "type": "public-key",
         *         "response": {
         *           "clientDataJSON": "tides",
         *           "authenticatorData": "tides",
         *           "signature": "tides",
         *           "userHandle": "tides"
         *         }
         *       },
         *       "scope": "tides",
         *       "acr_values": "tides",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          /** @description how surely the person must be recognised, as at /authorize (RFC 9470, section 4) */
          acr_values?: string
          client_id?: string
          client_secret?: string
          /** @description AuthenticationResponseJSON, as the platform gave it */
          credential: {
            id: string
            rawId: string
            response: {
              authenticatorData: string
              clientDataJSON: string
              signature: string
              userHandle: string
            }
            /** @constant */
            type: 'public-key'
          }
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          handle: string
          scope?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description a JWT (RFC 9068) */
            access_token: string
            /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
            device_token: string
            /** @description seconds the access token lives */
            expires_in: number
            /** @description absent when the scope does not hold `openid` */
            id_token?: string
            /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
            issued_at: number
            /** @description the key the access token is signed with, as in /.well-known/jwks.json */
            kid: string
            /** @description seconds the refresh token lives when it is not used before */
            refresh_expires_in?: number
            /** @description opaque; good for one use */
            refresh_token?: string
            /** @description what was granted; may be less than what was asked for */
            scope: string
            /** @description the `sid` in all tokens of this session */
            session_id: string
            token_type: string
          }
        }
      }
    }
  }
  postAuthPasskeyOptions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description send it with what was signed; it is good at this application alone */
            handle: string
            /** @description for the platform, as PublicKeyCredentialRequestOptionsJSON */
            public_key: {
              challenge: string
              rpId: string
              timeout: number
              /** @constant */
              userVerification: 'required'
            }
          }
        }
      }
    }
  }
  postAuthPasswordChange: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "current_password": "",
         *       "new_password": "tides"
         *     }
         */
        'application/json': {
          /** @default  */
          current_password?: string
          new_password: string
        }
      }
    }
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAuthPasswordForgot: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "login": "tides",
         *       "email": "tides",
         *       "username": "tides",
         *       "proof": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description in place of `login` */
          email?: string
          /** @description e-mail address or username */
          login?: string
          /** @description the answer to the challenge of a `proof_required` */
          proof?: string
          /** @description in place of `login` */
          username?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @constant */
            status: 'accepted'
          }
        }
      }
    }
  }
  postAuthPasswordReset: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "token": "tides",
         *       "new_password": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          new_password: string
          token: string
        }
      }
    }
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postAuthRefresh: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "refresh_token": "tides",
         *       "scope": "tides",
         *       "device_token": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description the `device_token` that came when this session began; another device gets `invalid_grant`, and the person a letter */
          device_token?: string
          refresh_token: string
          scope?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Tokens']
        }
      }
    }
  }
  postAuthRegister: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "client_id": "tides",
         *       "client_secret": "tides",
         *       "email": "tides",
         *       "username": "tides",
         *       "password": "tides",
         *       "name": "tides",
         *       "locale": "DE",
         *       "scope": "tides",
         *       "device_token": "tides",
         *       "proof": "tides"
         *     }
         */
        'application/json': {
          client_id?: string
          client_secret?: string
          /** @description the `device_token` of an earlier answer on this device */
          device_token?: string
          email: string
          locale?: string
          name?: string
          password: string
          /** @description the answer to the challenge of a `proof_required` */
          proof?: string
          scope?: string
          /** @description only where an account need not wait for the proof of its address */
          username?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json':
            | {
                /** @description a JWT (RFC 9068) */
                access_token: string
                /** @description keep it on this device, and send it with the next sign-in, whoever signs in */
                device_token: string
                /** @description seconds the access token lives */
                expires_in: number
                /** @description absent when the scope does not hold `openid` */
                id_token?: string
                /** @description the `iat` of the access token: seconds since 1970 (NumericDate, RFC 7519) */
                issued_at: number
                /** @description the key the access token is signed with, as in /.well-known/jwks.json */
                kid: string
                /** @description seconds the refresh token lives when it is not used before */
                refresh_expires_in?: number
                /** @description opaque; good for one use */
                refresh_token?: string
                /** @description what was granted; may be less than what was asked for */
                scope: string
                /** @description the `sid` in all tokens of this session */
                session_id: string
                token_type: string
              }
            | {
                /** @constant */
                status: 'pending'
              }
        }
      }
    }
  }
  postGlobalTokenRevocation: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "sub_id": {
         *         "format": "tides"
         *       }
         *     }
         */
        'application/json': {
          sub_id: {
            format: string
          } & {
            [key: string]: unknown
          }
        }
      }
    }
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getHealth: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            checks: {
              [key: string]: 'up' | 'down'
            }
            /** @enum {string} */
            status: 'up' | 'down'
          }
        }
      }
    }
  }
  getHealthLive: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'up' | 'down'
          }
        }
      }
    }
  }
  getHealthReady: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            checks: {
              [key: string]: 'up' | 'down'
            }
            /** @enum {string} */
            status: 'up' | 'down'
          }
        }
      }
    }
  }
  getOpenapiJson: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            [key: string]: unknown
          }
        }
      }
    }
  }
  getProfileMe: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            address?: {
              country?: string
              formatted?: string
              locality?: string
              postal_code?: string
              region?: string
              street_address?: string
            } | null
            birthdate?: string | null
            email?: string | null
            email_verified?: boolean
            family_name?: string | null
            gender?: string | null
            given_name?: string | null
            locale?: string | null
            middle_name?: string | null
            name?: string | null
            nickname?: string | null
            phone_number?: string | null
            phone_number_verified?: boolean
            picture?: string | null
            preferred_username?: string | null
            profile?: string | null
            /** Format: date-time */
            updated_at?: string
            website?: string | null
            zoneinfo?: string | null
          }
        }
      }
    }
  }
  putProfileMe: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides",
         *       "locale": "tides",
         *       "given_name": "tides",
         *       "family_name": "tides",
         *       "middle_name": "tides",
         *       "nickname": "tides",
         *       "profile": "https://app.example.com/callback",
         *       "picture": "https://app.example.com/callback",
         *       "website": "https://app.example.com/callback",
         *       "gender": "tides",
         *       "birthdate": "2030-01-31",
         *       "zoneinfo": "tides",
         *       "phone_number": "+4915112345678",
         *       "address": {
         *         "formatted": "tides",
         *         "street_address": "tides",
         *         "locality": "tides",
         *         "region": "tides",
         *         "postal_code": "tides",
         *         "country": "tides"
         *       }
         *     }
         */
        'application/json': {
          address?: {
            country?: string | null
            formatted?: string | null
            locality?: string | null
            postal_code?: string | null
            region?: string | null
            street_address?: string | null
          } | null
          birthdate?: string | null
          family_name?: string | null
          gender?: string | null
          given_name?: string | null
          locale?: string | null
          middle_name?: string | null
          name?: string | null
          nickname?: string | null
          phone_number?: string | null
          picture?: string | null
          profile?: string | null
          website?: string | null
          zoneinfo?: string | null
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            address?: {
              country?: string
              formatted?: string
              locality?: string
              postal_code?: string
              region?: string
              street_address?: string
            } | null
            birthdate?: string | null
            email?: string | null
            email_verified?: boolean
            family_name?: string | null
            gender?: string | null
            given_name?: string | null
            locale?: string | null
            middle_name?: string | null
            name?: string | null
            nickname?: string | null
            phone_number?: string | null
            phone_number_verified?: boolean
            picture?: string | null
            preferred_username?: string | null
            profile?: string | null
            /** Format: date-time */
            updated_at?: string
            website?: string | null
            zoneinfo?: string | null
          }
        }
      }
    }
  }
  patchProfileMe: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides",
         *       "locale": "tides",
         *       "given_name": "tides",
         *       "family_name": "tides",
         *       "middle_name": "tides",
         *       "nickname": "tides",
         *       "profile": "https://app.example.com/callback",
         *       "picture": "https://app.example.com/callback",
         *       "website": "https://app.example.com/callback",
         *       "gender": "tides",
         *       "birthdate": "2030-01-31",
         *       "zoneinfo": "tides",
         *       "phone_number": "+4915112345678",
         *       "address": {
         *         "formatted": "tides",
         *         "street_address": "tides",
         *         "locality": "tides",
         *         "region": "tides",
         *         "postal_code": "tides",
         *         "country": "tides"
         *       }
         *     }
         */
        'application/json': {
          address?: {
            country?: string | null
            formatted?: string | null
            locality?: string | null
            postal_code?: string | null
            region?: string | null
            street_address?: string | null
          } | null
          birthdate?: string | null
          family_name?: string | null
          gender?: string | null
          given_name?: string | null
          locale?: string | null
          middle_name?: string | null
          name?: string | null
          nickname?: string | null
          phone_number?: string | null
          picture?: string | null
          profile?: string | null
          website?: string | null
          zoneinfo?: string | null
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            address?: {
              country?: string
              formatted?: string
              locality?: string
              postal_code?: string
              region?: string
              street_address?: string
            } | null
            birthdate?: string | null
            email?: string | null
            email_verified?: boolean
            family_name?: string | null
            gender?: string | null
            given_name?: string | null
            locale?: string | null
            middle_name?: string | null
            name?: string | null
            nickname?: string | null
            phone_number?: string | null
            phone_number_verified?: boolean
            picture?: string | null
            preferred_username?: string | null
            profile?: string | null
            /** Format: date-time */
            updated_at?: string
            website?: string | null
            zoneinfo?: string | null
          }
        }
      }
    }
  }
  postRegister: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "redirect_uris": [
         *         "tides"
         *       ],
         *       "post_logout_redirect_uris": [
         *         "tides"
         *       ],
         *       "response_types": [
         *         "tides"
         *       ],
         *       "grant_types": [
         *         "tides"
         *       ],
         *       "application_type": "tides",
         *       "token_endpoint_auth_method": "tides",
         *       "id_token_signed_response_alg": "tides",
         *       "client_name": "tides",
         *       "client_uri": "tides",
         *       "logo_uri": "tides",
         *       "policy_uri": "tides",
         *       "tos_uri": "tides",
         *       "scope": "tides",
         *       "jwks": {},
         *       "jwks_uri": "tides",
         *       "software_id": "tides",
         *       "software_version": "tides",
         *       "subject_type": "tides",
         *       "sector_identifier_uri": "tides",
         *       "initiate_login_uri": "tides",
         *       "request_object_signing_alg": "tides",
         *       "require_signed_request_object": true,
         *       "authorization_signed_response_alg": "tides",
         *       "id_token_encrypted_response_alg": "tides",
         *       "id_token_encrypted_response_enc": "tides",
         *       "userinfo_signed_response_alg": "tides",
         *       "userinfo_encrypted_response_alg": "tides",
         *       "userinfo_encrypted_response_enc": "tides",
         *       "introspection_signed_response_alg": "tides",
         *       "dpop_bound_access_tokens": true,
         *       "tls_client_certificate_bound_access_tokens": true,
         *       "backchannel_logout_uri": "tides",
         *       "backchannel_logout_session_required": true,
         *       "frontchannel_logout_uri": "tides",
         *       "frontchannel_logout_session_required": true,
         *       "backchannel_token_delivery_mode": "tides",
         *       "backchannel_client_notification_endpoint": "tides",
         *       "backchannel_authentication_request_signing_alg": "tides",
         *       "profile": "tides",
         *       "software_statement": "tides"
         *     }
         */
        'application/json': {
          application_type?: string | null
          authorization_signed_response_alg?: string | null
          backchannel_authentication_request_signing_alg?: string | null
          backchannel_client_notification_endpoint?: string | null
          backchannel_logout_session_required?: boolean | null
          backchannel_logout_uri?: string | null
          backchannel_token_delivery_mode?: string | null
          client_name?: string | null
          client_uri?: string | null
          dpop_bound_access_tokens?: boolean | null
          frontchannel_logout_session_required?: boolean | null
          frontchannel_logout_uri?: string | null
          grant_types?: string[] | null
          id_token_encrypted_response_alg?: string | null
          id_token_encrypted_response_enc?: string | null
          id_token_signed_response_alg?: string | null
          initiate_login_uri?: string | null
          introspection_signed_response_alg?: string | null
          jwks?: unknown
          jwks_uri?: string | null
          logo_uri?: string | null
          policy_uri?: string | null
          post_logout_redirect_uris?: string[] | null
          profile?: string | null
          redirect_uris?: string[] | null
          request_object_signing_alg?: string | null
          require_signed_request_object?: boolean | null
          response_types?: string[] | null
          scope?: string | null
          sector_identifier_uri?: string | null
          software_id?: string | null
          software_statement?: string | null
          software_version?: string | null
          subject_type?: string | null
          tls_client_certificate_bound_access_tokens?: boolean | null
          token_endpoint_auth_method?: string | null
          tos_uri?: string | null
          userinfo_encrypted_response_alg?: string | null
          userinfo_encrypted_response_enc?: string | null
          userinfo_signed_response_alg?: string | null
        } & {
          [key: string]: unknown
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            client_id: string
            client_id_issued_at: number
            client_name: string
            /** @description shown when it is made, and never again */
            client_secret?: string
            /** @description 0: never */
            client_secret_expires_at?: number
            grant_types: string[]
            redirect_uris: string[]
            /** @description another one after each update */
            registration_access_token: string
            registration_client_uri: string
            response_types: string[]
            token_endpoint_auth_method: string
          } & {
            [key: string]: unknown
          }
        }
      }
    }
  }
  getRegisterClientId: {
    parameters: {
      query?: never
      header?: never
      path: {
        client_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            client_id: string
            client_id_issued_at: number
            client_name: string
            /** @description shown when it is made, and never again */
            client_secret?: string
            /** @description 0: never */
            client_secret_expires_at?: number
            grant_types: string[]
            redirect_uris: string[]
            /** @description another one after each update */
            registration_access_token: string
            registration_client_uri: string
            response_types: string[]
            token_endpoint_auth_method: string
          } & {
            [key: string]: unknown
          }
        }
      }
    }
  }
  putRegisterClientId: {
    parameters: {
      query?: never
      header?: never
      path: {
        client_id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "redirect_uris": [
         *         "tides"
         *       ],
         *       "post_logout_redirect_uris": [
         *         "tides"
         *       ],
         *       "response_types": [
         *         "tides"
         *       ],
         *       "grant_types": [
         *         "tides"
         *       ],
         *       "application_type": "tides",
         *       "token_endpoint_auth_method": "tides",
         *       "id_token_signed_response_alg": "tides",
         *       "client_name": "tides",
         *       "client_uri": "tides",
         *       "logo_uri": "tides",
         *       "policy_uri": "tides",
         *       "tos_uri": "tides",
         *       "scope": "tides",
         *       "jwks": {},
         *       "jwks_uri": "tides",
         *       "software_id": "tides",
         *       "software_version": "tides",
         *       "subject_type": "tides",
         *       "sector_identifier_uri": "tides",
         *       "initiate_login_uri": "tides",
         *       "request_object_signing_alg": "tides",
         *       "require_signed_request_object": true,
         *       "authorization_signed_response_alg": "tides",
         *       "id_token_encrypted_response_alg": "tides",
         *       "id_token_encrypted_response_enc": "tides",
         *       "userinfo_signed_response_alg": "tides",
         *       "userinfo_encrypted_response_alg": "tides",
         *       "userinfo_encrypted_response_enc": "tides",
         *       "introspection_signed_response_alg": "tides",
         *       "dpop_bound_access_tokens": true,
         *       "tls_client_certificate_bound_access_tokens": true,
         *       "backchannel_logout_uri": "tides",
         *       "backchannel_logout_session_required": true,
         *       "frontchannel_logout_uri": "tides",
         *       "frontchannel_logout_session_required": true,
         *       "backchannel_token_delivery_mode": "tides",
         *       "backchannel_client_notification_endpoint": "tides",
         *       "backchannel_authentication_request_signing_alg": "tides",
         *       "profile": "tides",
         *       "software_statement": "tides"
         *     }
         */
        'application/json': {
          application_type?: string | null
          authorization_signed_response_alg?: string | null
          backchannel_authentication_request_signing_alg?: string | null
          backchannel_client_notification_endpoint?: string | null
          backchannel_logout_session_required?: boolean | null
          backchannel_logout_uri?: string | null
          backchannel_token_delivery_mode?: string | null
          client_name?: string | null
          client_uri?: string | null
          dpop_bound_access_tokens?: boolean | null
          frontchannel_logout_session_required?: boolean | null
          frontchannel_logout_uri?: string | null
          grant_types?: string[] | null
          id_token_encrypted_response_alg?: string | null
          id_token_encrypted_response_enc?: string | null
          id_token_signed_response_alg?: string | null
          initiate_login_uri?: string | null
          introspection_signed_response_alg?: string | null
          jwks?: unknown
          jwks_uri?: string | null
          logo_uri?: string | null
          policy_uri?: string | null
          post_logout_redirect_uris?: string[] | null
          profile?: string | null
          redirect_uris?: string[] | null
          request_object_signing_alg?: string | null
          require_signed_request_object?: boolean | null
          response_types?: string[] | null
          scope?: string | null
          sector_identifier_uri?: string | null
          software_id?: string | null
          software_statement?: string | null
          software_version?: string | null
          subject_type?: string | null
          tls_client_certificate_bound_access_tokens?: boolean | null
          token_endpoint_auth_method?: string | null
          tos_uri?: string | null
          userinfo_encrypted_response_alg?: string | null
          userinfo_encrypted_response_enc?: string | null
          userinfo_signed_response_alg?: string | null
        } & {
          [key: string]: unknown
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            client_id: string
            client_id_issued_at: number
            client_name: string
            /** @description shown when it is made, and never again */
            client_secret?: string
            /** @description 0: never */
            client_secret_expires_at?: number
            grant_types: string[]
            redirect_uris: string[]
            /** @description another one after each update */
            registration_access_token: string
            registration_client_uri: string
            response_types: string[]
            token_endpoint_auth_method: string
          } & {
            [key: string]: unknown
          }
        }
      }
    }
  }
  deleteRegisterClientId: {
    parameters: {
      query?: never
      header?: never
      path: {
        client_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postSsfPollId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "maxEvents": 25,
         *       "returnImmediately": false,
         *       "ack": [],
         *       "setErrs": {}
         *     }
         */
        'application/json': {
          /** @default [] */
          ack?: string[]
          /** @default 25 */
          maxEvents?: number
          /** @default false */
          returnImmediately?: boolean
          /** @default {} */
          setErrs?: {
            [key: string]: {
              description?: string
              err: string
            }
          }
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            moreAvailable: boolean
            sets: {
              [key: string]: string
            }
          }
        }
      }
    }
  }
  getSsfStatus: {
    parameters: {
      query: {
        stream_id: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            reason?: string
            /** @enum {string} */
            status: 'enabled' | 'paused' | 'disabled'
            /** Format: uuid */
            stream_id: string
          }
        }
      }
    }
  }
  postSsfStatus: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "stream_id": "019a0000-0000-7000-8000-000000000000",
         *       "status": "enabled",
         *       "reason": "tides"
         *     }
         */
        'application/json': {
          reason?: string | null
          /** @enum {string} */
          status: 'enabled' | 'paused' | 'disabled'
          /** Format: uuid */
          stream_id: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            reason?: string
            /** @enum {string} */
            status: 'enabled' | 'paused' | 'disabled'
            /** Format: uuid */
            stream_id: string
          }
        }
      }
    }
  }
  getSsfStreams: {
    parameters: {
      query?: {
        stream_id?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json':
            | {
                aud: string
                delivery: {
                  endpoint_url: string
                  method: string
                }
                description?: string
                events_delivered: string[]
                events_requested: string[]
                events_supported: string[]
                iss: string
                min_verification_interval: number
                /** Format: uuid */
                stream_id: string
              }
            | {
                aud: string
                delivery: {
                  endpoint_url: string
                  method: string
                }
                description?: string
                events_delivered: string[]
                events_requested: string[]
                events_supported: string[]
                iss: string
                min_verification_interval: number
                /** Format: uuid */
                stream_id: string
              }[]
        }
      }
    }
  }
  putSsfStreams: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "stream_id": "019a0000-0000-7000-8000-000000000000",
         *       "iss": {},
         *       "aud": {},
         *       "events_supported": {},
         *       "events_delivered": {},
         *       "min_verification_interval": {},
         *       "delivery": {
         *         "method": "urn:ietf:rfc:8936"
         *       },
         *       "events_requested": [
         *         "tides"
         *       ],
         *       "description": "tides"
         *     }
         */
        'application/json': {
          aud?: unknown
          /**
           * @default {
           *       "method": "urn:ietf:rfc:8936"
           *     }
           */
          delivery?:
            | {
                authorization_header?: string | null
                endpoint_url: string
                /** @constant */
                method: 'urn:ietf:rfc:8935'
              }
            | {
                endpoint_url?: string | null
                /** @constant */
                method: 'urn:ietf:rfc:8936'
              }
          description?: string | null
          events_delivered?: unknown
          events_requested?: string[]
          events_supported?: unknown
          iss?: unknown
          min_verification_interval?: unknown
          /** Format: uuid */
          stream_id: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            aud: string
            delivery: {
              endpoint_url: string
              method: string
            }
            description?: string
            events_delivered: string[]
            events_requested: string[]
            events_supported: string[]
            iss: string
            min_verification_interval: number
            /** Format: uuid */
            stream_id: string
          }
        }
      }
    }
  }
  postSsfStreams: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "iss": {},
         *       "aud": {},
         *       "events_supported": {},
         *       "events_delivered": {},
         *       "min_verification_interval": {},
         *       "delivery": {
         *         "method": "urn:ietf:rfc:8936"
         *       },
         *       "events_requested": [
         *         "tides"
         *       ],
         *       "description": "tides"
         *     }
         */
        'application/json': {
          aud?: unknown
          /**
           * @default {
           *       "method": "urn:ietf:rfc:8936"
           *     }
           */
          delivery?:
            | {
                authorization_header?: string | null
                endpoint_url: string
                /** @constant */
                method: 'urn:ietf:rfc:8935'
              }
            | {
                endpoint_url?: string | null
                /** @constant */
                method: 'urn:ietf:rfc:8936'
              }
          description?: string | null
          events_delivered?: unknown
          events_requested?: string[]
          events_supported?: unknown
          iss?: unknown
          min_verification_interval?: unknown
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            aud: string
            delivery: {
              endpoint_url: string
              method: string
            }
            description?: string
            events_delivered: string[]
            events_requested: string[]
            events_supported: string[]
            iss: string
            min_verification_interval: number
            /** Format: uuid */
            stream_id: string
          }
        }
      }
    }
  }
  deleteSsfStreams: {
    parameters: {
      query: {
        stream_id: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchSsfStreams: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "iss": {},
         *       "aud": {},
         *       "events_supported": {},
         *       "events_delivered": {},
         *       "min_verification_interval": {},
         *       "stream_id": "019a0000-0000-7000-8000-000000000000",
         *       "delivery": {
         *         "method": "urn:ietf:rfc:8935",
         *         "endpoint_url": "tides",
         *         "authorization_header": "tides"
         *       },
         *       "events_requested": [
         *         "tides"
         *       ],
         *       "description": "tides"
         *     }
         */
        'application/json': {
          aud?: unknown
          delivery?:
            | {
                authorization_header?: string | null
                endpoint_url: string
                /** @constant */
                method: 'urn:ietf:rfc:8935'
              }
            | {
                endpoint_url?: string | null
                /** @constant */
                method: 'urn:ietf:rfc:8936'
              }
          description?: string | null
          events_delivered?: unknown
          events_requested?: string[]
          events_supported?: unknown
          iss?: unknown
          min_verification_interval?: unknown
          /** Format: uuid */
          stream_id: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            aud: string
            delivery: {
              endpoint_url: string
              method: string
            }
            description?: string
            events_delivered: string[]
            events_requested: string[]
            events_supported: string[]
            iss: string
            min_verification_interval: number
            /** Format: uuid */
            stream_id: string
          }
        }
      }
    }
  }
  postSsfSubjectsAdd: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "stream_id": "019a0000-0000-7000-8000-000000000000",
         *       "subject": {
         *         "format": "tides"
         *       },
         *       "verified": true
         *     }
         */
        'application/json': {
          /** Format: uuid */
          stream_id: string
          subject: {
            format: string
          } & {
            [key: string]: unknown
          }
          verified?: boolean
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': Record<string, never>
        }
      }
    }
  }
  postSsfSubjectsRemove: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "stream_id": "019a0000-0000-7000-8000-000000000000",
         *       "subject": {
         *         "format": "tides"
         *       },
         *       "verified": true
         *     }
         */
        'application/json': {
          /** Format: uuid */
          stream_id: string
          subject: {
            format: string
          } & {
            [key: string]: unknown
          }
          verified?: boolean
        }
      }
    }
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postSsfVerify: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "stream_id": "019a0000-0000-7000-8000-000000000000",
         *       "state": "tides"
         *     }
         */
        'application/json': {
          state?: string
          /** Format: uuid */
          stream_id: string
        }
      }
    }
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getUsersMe: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at?: string
            /** @description Fields that the operator added, as far as the person may see them. */
            custom?: {
              [key: string]: string | number | boolean
            }
            email?: string | null
            email_verified?: boolean
            /** Format: uuid */
            id: string
            locale?: string | null
            name?: string | null
            role?: string
            session_id?: string
            /** @enum {string} */
            status?: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
            /** Format: date-time */
            updated_at?: string
            username?: string | null
          }
        }
      }
    }
  }
  putUsersMe: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides",
         *       "locale": "tides",
         *       "username": "tides"
         *     }
         */
        'application/json': {
          locale?: string | null
          name?: string | null
          username?: string | null
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at?: string
            /** @description Fields that the operator added, as far as the person may see them. */
            custom?: {
              [key: string]: string | number | boolean
            }
            email?: string | null
            email_verified?: boolean
            /** Format: uuid */
            id: string
            locale?: string | null
            name?: string | null
            role?: string
            session_id?: string
            /** @enum {string} */
            status?: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
            /** Format: date-time */
            updated_at?: string
            username?: string | null
          }
        }
      }
    }
  }
  deleteUsersMe: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "password": "tides"
         *     }
         */
        'application/json': {
          password?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            delete_at: string | null
            /** @enum {string} */
            status: 'pending' | 'deleted'
          }
        }
      }
    }
  }
  patchUsersMe: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides",
         *       "locale": "tides",
         *       "username": "tides"
         *     }
         */
        'application/json': {
          locale?: string | null
          name?: string | null
          username?: string | null
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at?: string
            /** @description Fields that the operator added, as far as the person may see them. */
            custom?: {
              [key: string]: string | number | boolean
            }
            email?: string | null
            email_verified?: boolean
            /** Format: uuid */
            id: string
            locale?: string | null
            name?: string | null
            role?: string
            session_id?: string
            /** @enum {string} */
            status?: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
            /** Format: date-time */
            updated_at?: string
            username?: string | null
          }
        }
      }
    }
  }
  getUsersMeAuthenticationRequests: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              asked_at: string
              binding_message: string | null
              client_id: string
              client_name: string
              /** Format: date-time */
              expires_at: string
              /** Format: uuid */
              id: string
              place: string
              scopes: string[]
            }[]
          }
        }
      }
    }
  }
  postUsersMeAuthenticationRequestsIdApprove: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postUsersMeAuthenticationRequestsIdDeny: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getUsersMeConsents: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              client_id: string
              client_name: string | null
              client_uri: string | null
              logo_uri: string | null
              scopes: string[]
              /** Format: date-time */
              since: string
            }[]
          }
        }
      }
    }
  }
  deleteUsersMeConsentsClientId: {
    parameters: {
      query?: never
      header?: never
      path: {
        client_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchUsersMeCustomFields: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /** @example {} */
        'application/json': {
          [key: string]: (string | number | boolean) | null
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            [key: string]: string | number | boolean
          }
        }
      }
    }
  }
  getUsersMeDevices: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              browser: string | null
              /** Format: date-time */
              first_seen_at: string
              /** Format: uuid */
              id: string
              /** Format: date-time */
              last_seen_at: string
              place: string
              system: string | null
              user_agent: string
            }[]
          }
        }
      }
    }
  }
  deleteUsersMeDevicesId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  putUsersMeEmail: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "tides"
         *     }
         */
        'application/json': {
          email: string
        }
      }
    }
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            email: string
            /** Format: date-time */
            expires_at: string
          }
        }
      }
    }
  }
  getUsersMeEvents: {
    parameters: {
      query?: {
        after?: string
        limit?: number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              action: string
              /** Format: date-time */
              at: string
              by_you: boolean
              client_id: string | null
              id: string
              outcome: string
              place: string | null
              sign_in: {
                disowned: boolean
                reasons: string[]
              } | null
              user_agent: string | null
            }[]
            next: string | null
          }
        }
      }
    }
  }
  postUsersMeEventsIdDisown: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            reset_sent: boolean
          }
        }
      }
    }
  }
  getUsersMeExport: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            [key: string]: unknown
          }
        }
      }
    }
  }
  getUsersMeFactors: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              /**
               * @description totp: an authenticator app.
               * @enum {string}
               */
              kind: 'totp' | 'sms' | 'mail'
              last_used_at: string | null
              name: string
            }[]
            recovery_codes_left: number
          }
        }
      }
    }
  }
  deleteUsersMeFactorsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchUsersMeFactorsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides"
         *     }
         */
        'application/json': {
          name: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: date-time */
            created_at: string
            /** Format: uuid */
            id: string
            /**
             * @description totp: an authenticator app.
             * @enum {string}
             */
            kind: 'totp' | 'sms' | 'mail'
            last_used_at: string | null
            name: string
          }
        }
      }
    }
  }
  postUsersMeFactorsMail: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: date-time
             * @description Until when the code is good, unless a newer one is sent.
             */
            expires_at: string
            /** Format: uuid */
            id: string
            /** @description The end of the number, or the masked address. */
            sent_to: string
          }
        }
      }
    }
  }
  postUsersMeFactorsMailIdResend: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: date-time
             * @description Until when the code is good, unless a newer one is sent.
             */
            expires_at: string
            /** Format: uuid */
            id: string
            /** @description The end of the number, or the masked address. */
            sent_to: string
          }
        }
      }
    }
  }
  postUsersMeFactorsMailIdVerify: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "tides"
         *     }
         */
        'application/json': {
          code: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            factor: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              /**
               * @description totp: an authenticator app.
               * @enum {string}
               */
              kind: 'totp' | 'sms' | 'mail'
              last_used_at: string | null
              name: string
            }
            /** @description Shown this once; null for who has some that are not used. */
            recovery_codes: string[] | null
          }
        }
      }
    }
  }
  postUsersMeFactorsRecoveryCodes: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description Shown this once. */
            recovery_codes: string[]
          }
        }
      }
    }
  }
  getUsersMeFactorsReset: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            browser: string
            /** @description The address from which it was asked for. */
            place: string
            /**
             * Format: date-time
             * @description From when on they may be removed in a sign-in.
             */
            ready_at: string
            /** Format: date-time */
            requested_at: string
          }
        }
      }
    }
  }
  deleteUsersMeFactorsReset: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  postUsersMeFactorsSms: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "phone_number": "tides",
         *       "name": "tides"
         *     }
         */
        'application/json': {
          name?: string
          /** @description With its country, like +4915112345678. A code is sent there by text message. */
          phone_number: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: date-time
             * @description Until when the code is good, unless a newer one is sent.
             */
            expires_at: string
            /** Format: uuid */
            id: string
            /** @description The end of the number, or the masked address. */
            sent_to: string
          }
        }
      }
    }
  }
  postUsersMeFactorsSmsIdResend: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: date-time
             * @description Until when the code is good, unless a newer one is sent.
             */
            expires_at: string
            /** Format: uuid */
            id: string
            /** @description The end of the number, or the masked address. */
            sent_to: string
          }
        }
      }
    }
  }
  postUsersMeFactorsSmsIdVerify: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "tides"
         *     }
         */
        'application/json': {
          code: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            factor: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              /**
               * @description totp: an authenticator app.
               * @enum {string}
               */
              kind: 'totp' | 'sms' | 'mail'
              last_used_at: string | null
              name: string
            }
            /** @description Shown this once; null for who has some that are not used. */
            recovery_codes: string[] | null
          }
        }
      }
    }
  }
  postUsersMeFactorsTotp: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides"
         *     }
         */
        'application/json': {
          name?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: date-time
             * @description Until when a first code must be brought.
             */
            expires_at: string
            /** Format: uuid */
            id: string
            otpauth_uri: string
            /** @description The URI as a QR code, an SVG document. */
            qr_svg: string
            /** @description The seed in Base32, for who types it. It is shown this once. */
            secret: string
          }
        }
      }
    }
  }
  postUsersMeFactorsTotpIdVerify: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "tides"
         *     }
         */
        'application/json': {
          /** @description What the app shows now. */
          code: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            factor: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              /**
               * @description totp: an authenticator app.
               * @enum {string}
               */
              kind: 'totp' | 'sms' | 'mail'
              last_used_at: string | null
              name: string
            }
            /** @description Shown this once; null for who has some that are not used. */
            recovery_codes: string[] | null
          }
        }
      }
    }
  }
  getUsersMeIdentities: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description Whether the account has a password besides. */
            has_password: boolean
            items: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              issuer: string
              /** @description An address or name at the provider. */
              label: string | null
              last_used_at: string | null
              /** @description It cannot be taken away: nothing else opens the account. */
              last_way_in: boolean
              /** @description Null for one that no provider speaks for any more. */
              provider: {
                connector: string
                /** @description Whether people can sign in with it now. */
                enabled: boolean
                name: string
                slug: string
              } | null
            }[]
          }
        }
      }
    }
  }
  postUsersMeIdentitiesId: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The provider’s name in URLs. */
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "tides",
         *       "id_token": "tides",
         *       "access_token": "tides",
         *       "nonce": "tides"
         *     }
         */
        'application/json': {
          /** @description Facebook only */
          access_token?: string
          code?: string
          code_verifier?: string
          id_token?: string
          /** @description from POST /auth/oauth/{provider}/nonce */
          nonce?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            identity: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              issuer: string
              /** @description An address or name at the provider. */
              label: string | null
              last_used_at: string | null
              /** @description It cannot be taken away: nothing else opens the account. */
              last_way_in: boolean
              /** @description Null for one that no provider speaks for any more. */
              provider: {
                connector: string
                /** @description Whether people can sign in with it now. */
                enabled: boolean
                name: string
                slug: string
              } | null
            }
            /** @enum {string} */
            status: 'connected' | 'already_connected'
          }
        }
      }
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            identity: {
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              issuer: string
              /** @description An address or name at the provider. */
              label: string | null
              last_used_at: string | null
              /** @description It cannot be taken away: nothing else opens the account. */
              last_way_in: boolean
              /** @description Null for one that no provider speaks for any more. */
              provider: {
                connector: string
                /** @description Whether people can sign in with it now. */
                enabled: boolean
                name: string
                slug: string
              } | null
            }
            /** @enum {string} */
            status: 'connected' | 'already_connected'
          }
        }
      }
    }
  }
  deleteUsersMeIdentitiesId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  getUsersMeIdentitiesIdTokens: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            access_token: string
            expires_at: string | null
            scope: string | null
            token_type: string
          }
        }
      }
    }
  }
  getUsersMeMerges: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: uuid */
              id: string
              merged: {
                email: string | null
                /** Format: uuid */
                id: string
                name: string | null
                username: string | null
              }
              merged_at: string | null
              /** @enum {string} */
              state: 'merged' | 'undone'
              undo_until: string | null
              undoable: boolean
              undone_at: string | null
            }[]
          }
        }
      }
    }
  }
  postUsersMeMerges: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "login": "tides",
         *       "password": "tides",
         *       "proof": "tides"
         *     }
         */
        'application/json': {
          login: string
          password: string
          /** @description The answer to a proof_required before. */
          proof?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            clients_knowing_both: {
              client_id: string
              name: string | null
            }[]
            consents: number
            /** Format: date-time */
            expires_at: string
            /** Format: uuid */
            id: string
            /** @description ways in through other providers that move */
            identities: number
            merged: {
              email: string | null
              /** Format: uuid */
              id: string
              name: string | null
              username: string | null
            }
            surviving: {
              email: string | null
              /** Format: uuid */
              id: string
              name: string | null
              username: string | null
            }
          }
        }
      }
    }
  }
  postUsersMeMergesIdConfirm: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: uuid */
            id: string
            merged: {
              email: string | null
              /** Format: uuid */
              id: string
              name: string | null
              username: string | null
            }
            merged_at: string | null
            /** @enum {string} */
            state: 'merged' | 'undone'
            undo_until: string | null
            undoable: boolean
            undone_at: string | null
          }
        }
      }
    }
  }
  postUsersMeMergesIdUndo: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: uuid */
            id: string
            merged: {
              email: string | null
              /** Format: uuid */
              id: string
              name: string | null
              username: string | null
            }
            merged_at: string | null
            /** @enum {string} */
            state: 'merged' | 'undone'
            undo_until: string | null
            undoable: boolean
            undone_at: string | null
          }
        }
      }
    }
  }
  getUsersMePasskeys: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** @description The kind of authenticator, by its own word. */
              aaguid: string
              /** @description A passkey provider keeps it, so that it is on several devices. */
              backed_up: boolean
              /** Format: date-time */
              created_at: string
              /** Format: uuid */
              id: string
              last_used_at: string | null
              /** @description It cannot be deleted: nothing else opens the account. */
              last_way_in: boolean
              /** @description Its counter went back once: two devices may have it. */
              may_be_copied: boolean
              name: string
              /**
               * @description A passkey signs in by itself; a security key is a second factor beside something else.
               * @enum {string}
               */
              purpose: 'passkey' | 'security-key'
              transports: string[]
            }[]
          }
        }
      }
    }
  }
  postUsersMePasskeys: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides",
         *       "credential": {
         *         "id": "tides",
         *         "rawId": "tides",
         *         "type": "public-key",
         *         "response": {
         *           "clientDataJSON": "tides",
         *           "attestationObject": "tides",
         *           "transports": []
         *         }
         *       }
         *     }
         */
        'application/json': {
          /** @description What toJSON() of the new credential gave. */
          credential: {
            id: string
            rawId: string
            response: {
              attestationObject: string
              clientDataJSON: string
              /** @default [] */
              transports?: string[]
            }
            /** @constant */
            type: 'public-key'
          }
          name?: string
        }
      }
    }
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description The kind of authenticator, by its own word. */
            aaguid: string
            /** @description A passkey provider keeps it, so that it is on several devices. */
            backed_up: boolean
            /** Format: date-time */
            created_at: string
            /** Format: uuid */
            id: string
            last_used_at: string | null
            /** @description It cannot be deleted: nothing else opens the account. */
            last_way_in: boolean
            /** @description Its counter went back once: two devices may have it. */
            may_be_copied: boolean
            name: string
            /**
             * @description A passkey signs in by itself; a security key is a second factor beside something else.
             * @enum {string}
             */
            purpose: 'passkey' | 'security-key'
            /** @description With a first security key, for who has none yet; shown this once. */
            recovery_codes?: string[]
            transports: string[]
          }
        }
      }
    }
  }
  deleteUsersMePasskeysId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  patchUsersMePasskeysId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "tides"
         *     }
         */
        'application/json': {
          name: string
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description The kind of authenticator, by its own word. */
            aaguid: string
            /** @description A passkey provider keeps it, so that it is on several devices. */
            backed_up: boolean
            /** Format: date-time */
            created_at: string
            /** Format: uuid */
            id: string
            last_used_at: string | null
            /** @description It cannot be deleted: nothing else opens the account. */
            last_way_in: boolean
            /** @description Its counter went back once: two devices may have it. */
            may_be_copied: boolean
            name: string
            /**
             * @description A passkey signs in by itself; a security key is a second factor beside something else.
             * @enum {string}
             */
            purpose: 'passkey' | 'security-key'
            transports: string[]
          }
        }
      }
    }
  }
  postUsersMePasskeysOptions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        /**
         * @example {
         *       "purpose": "passkey"
         *     }
         */
        'application/json': {
          /**
           * @default passkey
           * @enum {string}
           */
          purpose?: 'passkey' | 'security-key'
        }
      }
    }
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @enum {string} */
            attestation: 'none' | 'direct'
            authenticatorSelection: {
              /** @constant */
              authenticatorAttachment?: 'cross-platform'
              requireResidentKey: boolean
              /** @enum {string} */
              residentKey: 'required' | 'discouraged'
              /** @enum {string} */
              userVerification: 'required' | 'discouraged'
            }
            challenge: string
            excludeCredentials: {
              id: string
              transports: string[]
              /** @constant */
              type: 'public-key'
            }[]
            pubKeyCredParams: {
              alg: number
              /** @constant */
              type: 'public-key'
            }[]
            rp: {
              id: string
              name: string
            }
            timeout: number
            user: {
              displayName: string
              id: string
              name: string
            }
          }
        }
      }
    }
  }
  getUsersMeSessions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date-time */
              authenticated_at: string
              browser: string | null
              clients: {
                client_id: string
                name: string | null
                offline: boolean
              }[]
              current: boolean
              device_id: string | null
              id: string
              last_place: string
              /** Format: date-time */
              last_used_at: string
              place: string
              signed_out: boolean
              /** Format: date-time */
              started_at: string
              system: string | null
              user_agent: string
            }[]
          }
        }
      }
    }
  }
  deleteUsersMeSessions: {
    parameters: {
      query?: {
        include_current?: 'true' | 'false'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  deleteUsersMeSessionsId: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Done. */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
}
