/** A request as the client shows it to a signer. */
type SignedRequest = { readonly url: string }

/**
 * A signer for the client's `auth.paradex`: the bearer token of one account. Tokens live for minutes
 * and are made from the account's key, which stays with the caller: `token` is asked for every request
 * and may refresh it. A read-only token of the account's own settings serves as well.
 *
 * Source: tradeparadex/paradex-py 334a7f8, `http_client`.
 *
 * @example
 * const auth = { [`paradex:${account}`]: paradexSigner(async () => token) }
 */
export function paradexSigner(
  token: () => Promise<string>,
): (request: SignedRequest) => Promise<{ readonly [header: string]: string }> {
  return async () => ({ Authorization: `Bearer ${await token()}` })
}
