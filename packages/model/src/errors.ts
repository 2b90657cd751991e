/** Parameters that every Plimsoll error takes beside its own. */
export type PlimsollErrorOptions = {
  /** The error that caused this one. */
  readonly cause?: unknown
  /** Values that help to reproduce the failure; never a secret. */
  readonly details?: string
  /** Path below the documentation root that explains the failure. */
  readonly docsPath?: string
}

/**
 * Base of every error that Plimsoll throws. `shortMessage` says what happened, with the value,
 * and what to do; `message` adds details and the documentation path.
 */
export class PlimsollError extends Error {
  override readonly name: string = 'PlimsollError'
  readonly shortMessage: string
  readonly details: string | undefined
  readonly docsPath: string | undefined

  constructor(shortMessage: string, options: PlimsollErrorOptions = {}) {
    const lines = [shortMessage]
    if (options.details !== undefined) lines.push(`Details: ${options.details}`)
    if (options.docsPath !== undefined) lines.push(`Docs: ${options.docsPath}`)
    super(lines.join('\n'), options.cause === undefined ? undefined : { cause: options.cause })
    this.shortMessage = shortMessage
    this.details = options.details
    this.docsPath = options.docsPath
  }

  /** The first error in the chain of causes that satisfies `test`, or null. */
  walk(test: (error: unknown) => boolean): unknown {
    let error: unknown = this
    while (error !== undefined && error !== null) {
      if (test(error)) return error
      error = error instanceof Error ? error.cause : undefined
    }
    return null
  }
}

/** A decimal text, raw integer or number cannot be an exact amount. */
export class InvalidAmountError extends PlimsollError {
  override readonly name = 'InvalidAmountError'
}

/** An identifier does not follow its grammar. */
export class InvalidIdError extends PlimsollError {
  override readonly name = 'InvalidIdError'
}

/** A serialised portfolio does not follow the format, or its parts do not refer to each other. */
export class InvalidPortfolioError extends PlimsollError {
  override readonly name = 'InvalidPortfolioError'
}

/** An account names a margin rule that none of the given modules interprets. */
export class UnknownRuleError extends PlimsollError {
  override readonly name = 'UnknownRuleError'
}

/** A margin rule's parameters, a leg's native state or a shared state does not fit its module. */
export class InvalidRuleError extends PlimsollError {
  override readonly name = 'InvalidRuleError'
}

/** A venue answered with an account mode, revision or instrument kind that no code here knows. */
export class UnsupportedVenueStateError extends PlimsollError {
  override readonly name = 'UnsupportedVenueStateError'
}

/** A mark that a rule needs is missing, not positive where it must be, or too old. */
export class MarkError extends PlimsollError {
  override readonly name = 'MarkError'
}

/** An operation cannot be applied to the account as it stands. */
export class OperationError extends PlimsollError {
  override readonly name = 'OperationError'
}
