import { PlimsollError } from '@plimsoll/model'

/** No anvil executable can be found or run on this platform. */
export class AnvilMissingError extends PlimsollError {
  override readonly name = 'AnvilMissingError'
}

/** Anvil ended, or did not answer, before it was ready. */
export class AnvilStartError extends PlimsollError {
  override readonly name = 'AnvilStartError'
}
