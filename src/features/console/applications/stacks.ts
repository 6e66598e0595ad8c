/** What an application is made with, and so how it is registered and what it is told. */
export interface Stack {
  name: string
  label: string
  /** `web` keeps a secret; `browser` and `native` cannot; `service` acts for itself. */
  kind: 'web' | 'browser' | 'native' | 'service'
  /** Where its library takes codes, as a start. */
  redirectUri: string
  signedOutUri: string
  /** Files to copy, by their names. */
  code(registered: Registered): Record<string, string>
}

export interface Registered {
  issuer: string
  clientId: string
  /** Shown once; later a mark stands for it. */
  secret: string
  redirectUri: string
  signedOutUri: string
}

const env = ({ issuer, clientId, secret }: Registered): string =>
  [`OIDC_ISSUER=${issuer}`, `OIDC_CLIENT_ID=${clientId}`, `OIDC_CLIENT_SECRET=${secret}`].join('\n')

/** THE list of stacks that the wizard knows. */
export const stacks: readonly Stack[] = [
  {
    name: 'nextjs',
    label: 'Next.js, Auth.js',
    kind: 'web',
    redirectUri: 'http://localhost:3001/api/auth/callback/gatehouse',
    signedOutUri: 'http://localhost:3001/',
    code: (made) => ({
      '.env.local': `${env(made)}\nAUTH_SECRET=  # npx auth secret`,
      'auth.ts': `import NextAuth from 'next-auth'

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [
    {
      id: 'gatehouse',
      name: 'Gatehouse',
      type: 'oidc',
      issuer: process.env.OIDC_ISSUER,
      clientId: process.env.OIDC_CLIENT_ID,
      clientSecret: process.env.OIDC_CLIENT_SECRET,
      checks: ['pkce', 'state', 'nonce'],
    },
  ],
})`,
      'app/api/auth/[...nextauth]/route.ts': `import { handlers } from '@/auth'

export const { GET, POST } = handlers`,
    }),
  },
  {
    name: 'express',
    label: 'Express',
    kind: 'web',
    redirectUri: 'http://localhost:3001/callback',
    signedOutUri: 'http://localhost:3001/',
    code: (made) => ({
      '.env': `${env(made)}\nSESSION_SECRET=  # openssl rand -base64 32`,
      'app.mjs': `// npm install express express-openid-connect
// node --env-file=.env app.mjs
import express from 'express'
import openid from 'express-openid-connect'

const { auth, requiresAuth } = openid
const app = express()
app.use(
  auth({
    authRequired: false,
    issuerBaseURL: process.env.OIDC_ISSUER,
    baseURL: '${originOf(made.redirectUri)}',
    clientID: process.env.OIDC_CLIENT_ID,
    clientSecret: process.env.OIDC_CLIENT_SECRET,
    secret: process.env.SESSION_SECRET,
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
    routes: { callback: '${pathOf(made.redirectUri)}' },
    idpLogout: true,
  }),
)
app.get('/me', requiresAuth(), (req, res) => res.json(req.oidc.user))
app.listen(3001)`,
    }),
  },
  {
    name: 'spring',
    label: 'Spring Boot',
    kind: 'web',
    redirectUri: 'http://localhost:8080/login/oauth2/code/gatehouse',
    signedOutUri: 'http://localhost:8080/',
    code: ({ issuer, clientId, secret }) => ({
      'application.yml': `# spring-boot-starter-oauth2-client
spring:
  security:
    oauth2:
      client:
        registration:
          gatehouse:
            client-id: ${clientId}
            client-secret: ${secret}
            scope: openid, profile, email
        provider:
          gatehouse:
            issuer-uri: ${issuer}`,
      'SecurityConfig.java': `@Bean
SecurityFilterChain security(HttpSecurity http, ClientRegistrationRepository clients) throws Exception {
  var resolver = new DefaultOAuth2AuthorizationRequestResolver(clients, "/oauth2/authorization");
  resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
  return http
      .authorizeHttpRequests(a -> a.anyRequest().authenticated())
      .oauth2Login(o -> o.authorizationEndpoint(e -> e.authorizationRequestResolver(resolver)))
      .build();
}`,
    }),
  },
  {
    name: 'django',
    label: 'Django',
    kind: 'web',
    redirectUri: 'http://localhost:8000/accounts/oidc/gatehouse/login/callback/',
    signedOutUri: 'http://localhost:8000/',
    code: ({ issuer, clientId, secret }) => ({
      'settings.py': `# pip install "django-allauth[socialaccount]"
INSTALLED_APPS += [
    "allauth", "allauth.account", "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [{
            "provider_id": "gatehouse",
            "name": "Gatehouse",
            "client_id": "${clientId}",
            "secret": "${secret}",
            "settings": {"server_url": "${issuer}"},
        }],
    }
}
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]`,
      'urls.py': `from django.urls import include, path

urlpatterns += [path("accounts/", include("allauth.urls"))]  # /accounts/oidc/gatehouse/login/ signs in`,
    }),
  },
  {
    name: 'aspnet',
    label: 'ASP.NET Core',
    kind: 'web',
    redirectUri: 'http://localhost:5000/signin-oidc',
    signedOutUri: 'http://localhost:5000/signout-callback-oidc',
    code: ({ issuer, clientId, secret }) => ({
      'Program.cs': `// dotnet add package Microsoft.AspNetCore.Authentication.OpenIdConnect
builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
    })
    .AddCookie()
    .AddOpenIdConnect(options =>
    {
        options.Authority = "${issuer}";
        options.ClientId = "${clientId}";
        options.ClientSecret = "${secret}";
        options.ResponseType = "code";
        options.UsePkce = true;
        options.MapInboundClaims = false;
        options.Scope.Add("email");
    });`,
    }),
  },
  {
    name: 'go',
    label: 'Go',
    kind: 'web',
    redirectUri: 'http://localhost:3001/callback',
    signedOutUri: 'http://localhost:3001/',
    code: (made) => ({
      '.env': env(made),
      'main.go': `// go get github.com/coreos/go-oidc/v3/oidc golang.org/x/oauth2
provider, err := oidc.NewProvider(ctx, os.Getenv("OIDC_ISSUER"))
config := oauth2.Config{
	ClientID:     os.Getenv("OIDC_CLIENT_ID"),
	ClientSecret: os.Getenv("OIDC_CLIENT_SECRET"),
	Endpoint:     provider.Endpoint(),
	RedirectURL:  "${made.redirectUri}",
	Scopes:       []string{oidc.ScopeOpenID, "profile", "email"},
}
verifier := oauth2.GenerateVerifier() // keep it, the state and the nonce in the session
url := config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))

// at ${pathOf(made.redirectUri)}, once the state was compared
token, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
raw, _ := token.Extra("id_token").(string)
idToken, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, raw)
// idToken.Nonce must be the one that was kept`,
    }),
  },
  {
    name: 'laravel',
    label: 'Laravel',
    kind: 'web',
    redirectUri: 'http://localhost:8000/auth/callback',
    signedOutUri: 'http://localhost:8000/',
    code: (made) => ({
      '.env': env(made),
      'routes/web.php': `// composer require jumbojett/openid-connect-php
use Jumbojett\\OpenIDConnectClient;

Route::get('/auth/callback', function () {
    $oidc = new OpenIDConnectClient(env('OIDC_ISSUER'), env('OIDC_CLIENT_ID'), env('OIDC_CLIENT_SECRET'));
    $oidc->setRedirectURL('${made.redirectUri}');
    $oidc->setCodeChallengeMethod('S256');
    $oidc->addScope(['profile', 'email']);
    $oidc->authenticate(); // leads to the sign-in page, and back here
    session(['sub' => $oidc->getVerifiedClaims('sub')]);
    return redirect('/');
});`,
    }),
  },
  {
    name: 'spa',
    label: 'Browser app (SPA)',
    kind: 'browser',
    redirectUri: 'http://localhost:5173/callback',
    signedOutUri: 'http://localhost:5173/',
    code: ({ issuer, clientId, redirectUri, signedOutUri }) => ({
      'auth.ts': `// npm install oidc-client-ts
import { UserManager } from 'oidc-client-ts'

export const users = new UserManager({
  authority: '${issuer}',
  client_id: '${clientId}',
  redirect_uri: '${redirectUri}',
  post_logout_redirect_uri: '${signedOutUri}',
  scope: 'openid profile email',
})

// to sign in: await users.signinRedirect()
// at ${pathOf(redirectUri)}: const user = await users.signinRedirectCallback()`,
    }),
  },
  {
    name: 'ios',
    label: 'iOS, AppAuth',
    kind: 'native',
    redirectUri: 'com.example.app:/callback',
    signedOutUri: 'com.example.app:/signed-out',
    code: ({ issuer, clientId, redirectUri }) => ({
      'SignIn.swift': `// https://github.com/openid/AppAuth-iOS
let issuer = URL(string: "${issuer}")!
OIDAuthorizationService.discoverConfiguration(forIssuer: issuer) { configuration, error in
    guard let configuration else { return }
    let request = OIDAuthorizationRequest(
        configuration: configuration,
        clientId: "${clientId}",
        scopes: [OIDScopeOpenID, OIDScopeProfile, "email", "offline_access"],
        redirectURL: URL(string: "${redirectUri}")!,
        responseType: OIDResponseTypeCode,
        additionalParameters: nil)
    self.flow = OIDAuthState.authState(byPresenting: request, presenting: self) { state, error in
        self.authState = state // keep it in the keychain
    }
}`,
    }),
  },
  {
    name: 'curl',
    label: 'curl, service account',
    kind: 'service',
    redirectUri: '',
    signedOutUri: '',
    code: (made) => ({
      '.env': env(made),
      'token.sh': `curl --silent --user "$OIDC_CLIENT_ID:$OIDC_CLIENT_SECRET" \\
  --data grant_type=client_credentials \\
  "$OIDC_ISSUER/token"`,
    }),
  },
]

export const stackNamed = (name: string | undefined): Stack | undefined =>
  stacks.find((stack) => stack.name === name)

const originOf = (uri: string): string => URL.parse(uri)?.origin ?? uri

const pathOf = (uri: string): string => URL.parse(uri)?.pathname ?? uri
