// A certified OpenID provider for the tests: whoever one says one is, one is, at the level one asks for.
//
// Reads its clients as JSON from the environment, listens on a free port of this machine, and says where on its first
// line. Its page for signing in is /interaction/<id>?login=<who>&acr=<level>&name=<name>; without `login` the person cancels.
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";

import Provider from "oidc-provider";

const { clients, acrs } = JSON.parse(process.env.PROVIDER);
const signing = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const names = new Map();

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  acrValues: acrs,
  jwks: { keys: [{ ...signing, kid: "first", use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  scopes: ["openid", "https://id.oidc.se/scope/naturalPersonInfo"],
  claims: {
    openid: ["sub"],
    acr: null,
    auth_time: null,
    iss: null,
    sid: null,
    "https://id.oidc.se/scope/naturalPersonInfo": ["name", "given_name", "family_name"],
  },
  features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
  subjectTypes: ["pairwise"],
  pairwiseIdentifier: (_, account, client) => createHash("sha256").update(`${client.clientId} ${account}`).digest("hex"),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: names.get(id) ?? "" }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
});

const interact = async (request, response) => {
  const asked = new URL(request.url, issuer).searchParams;
  const details = await provider.interactionDetails(request, response);
  const login = asked.get("login");
  if (!login) {
    await provider.interactionFinished(request, response, { error: "access_denied" });
    return;
  }
  names.set(login, asked.get("name") ?? "");
  const grant = new provider.Grant({ accountId: login, clientId: details.params.client_id });
  grant.addOIDCScope("openid https://id.oidc.se/scope/naturalPersonInfo");
  grant.addOIDCClaims(["name", "given_name", "family_name", "acr"]);
  await provider.interactionFinished(request, response, {
    login: { accountId: login, acr: asked.get("acr") ?? acrs[0] },
    consent: { grantId: await grant.save() },
  });
};

const asks = provider.callback();
server.on("request", (request, response) => {
  if (!request.url.startsWith("/interaction/")) {
    asks(request, response);
    return;
  }
  interact(request, response).catch((error) => {
    response.statusCode = 500;
    response.end(String(error));
  });
});
process.stdin.resume().on("end", () => process.exit(0)); // whoever started us has gone
console.log(issuer);
