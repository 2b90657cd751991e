import { AuthRequiredError } from '@plimsoll/client'
import { ownerId } from '@plimsoll/model'

/** Who reads: the wallet, and a function that signs for it (its own key, or a session key of it). */
export type DeriveCredentials = {
  /** The wallet that owns the subaccounts, `0x…`. */
  readonly wallet: string
  /** Signs a text as EIP-191 personal message; returns the signature as hex. */
  readonly signMessage: (message: string) => Promise<string>
}

/** A request as the client shows it to a signer. */
type SignedRequest = { readonly body: string | undefined }

/**
 * A signer for the client's `auth.derive`: the venue wants the wallet, the time in milliseconds and
 * a signature of that time in headers. Keys stay with the caller. One entry for each wallet read.
 *
 * Source: derivexyz/derive-ts 3.0.13, authentication by headers.
 *
 * @example
 * deriveSigner([{ wallet: account.address, signMessage: (message) => account.signMessage({ message }) }])
 *
 * @throws InvalidIdError when a wallet is not an address. The signer throws AuthRequiredError for a
 * wallet that it was not given.
 */
export function deriveSigner(
  credentials: readonly DeriveCredentials[],
  now: () => number = Date.now,
): (request: SignedRequest) => Promise<{ readonly [header: string]: string }> {
  const byOwner = new Map(credentials.map((entry) => [ownerId(entry.wallet), entry]))
  return async ({ body }) => {
    const wallet = walletIn(body)
    const entry = wallet === null ? undefined : byOwner.get(ownerId(wallet))
    if (wallet === null || entry === undefined) {
      throw new AuthRequiredError(
        `No credentials were given for wallet ${wallet ?? '(none named)'}. Add them to deriveSigner, or do not read it.`,
      )
    }
    const timestamp = String(now())
    return {
      'X-DeriveWallet': wallet,
      'X-DeriveTimestamp': timestamp,
      'X-DeriveSignature': await entry.signMessage(timestamp),
    }
  }
}

function walletIn(body: string | undefined): string | null {
  const match = /"wallet"\s*:\s*"(0x[0-9a-fA-F]{40})"/.exec(body ?? '')
  return match?.[1] ?? null
}
