import { hmacSha256Hex } from './hmac.js'

/** Who reads one account: the id of its read-only key, and a function that signs with the key's secret. */
export type DeribitCredentials = {
  /** `client_id` of the key. */
  readonly clientId: string
  /** HMAC-SHA-256 of a text under the key's secret, as lower-case hex: `hmacSha256(secret)`, or your own. */
  readonly sign: (text: string) => Promise<string>
}

/** A request as the client shows it to a signer. */
type SignedRequest = {
  readonly method: string
  readonly url: string
  readonly body: string | undefined
}

/**
 * A signer for the client's `auth`, one for each account under the name `deribit:<account>`. Every
 * request carries the key's id, the time, a nonce, and an HMAC of method, path, query and body; no token
 * is requested and nothing is kept. The key needs the scopes `account:read` and `trade:read`, and no more.
 *
 * Source: Deribit API v2, authorization scheme `deri-hmac-sha256`, read 2026-11.
 *
 * @example
 * auth: { 'deribit:12345': deribitSigner({ clientId, sign: hmacSha256(clientSecret) }) }
 *
 * @param now Unix milliseconds
 */
export function deribitSigner(
  { clientId, sign }: DeribitCredentials,
  now: () => number = Date.now,
): (request: SignedRequest) => Promise<{ readonly [header: string]: string }> {
  let requests = 0
  return async ({ method, url, body }) => {
    const timestamp = now()
    requests += 1
    const nonce = `${timestamp.toString(36)}.${requests.toString(36)}`
    const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '')
    const signature = await sign(`${timestamp}\n${nonce}\n${method}\n${path}\n${body ?? ''}\n`)
    return {
      Authorization: `deri-hmac-sha256 id=${clientId},ts=${timestamp},sig=${signature},nonce=${nonce}`,
    }
  }
}

/**
 * Signs with a secret, for `deribitSigner`.
 *
 * @param secret `client_secret` of the key; it stays in this process
 */
export function hmacSha256(secret: string): DeribitCredentials['sign'] {
  return async (text) => hmacSha256Hex(secret, text)
}
