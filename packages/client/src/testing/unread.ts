import type { Portfolio } from '@plimsoll/model'
import { serializePortfolio } from '@plimsoll/model'

/** What is left of a read of one owner by one adapter that failed; compare it with `failure`. */
export function unread(portfolio: Portfolio, message: RegExp, secret = 'secret-key') {
  return {
    accounts: portfolio.accounts.length,
    states: portfolio.existence.map(({ state }) => state),
    errors: portfolio.failures.map(({ error }) => error),
    otherMessages: portfolio.failures.map((entry) => entry.message).filter((m) => !message.test(m)),
    tellsSecret: serializePortfolio(portfolio).includes(secret),
  }
}

/** One failure of class `error`, and nothing that could be taken for an answer. */
export function failure(error: string): ReturnType<typeof unread> {
  return {
    accounts: 0,
    states: ['unknown'],
    errors: [error],
    otherMessages: [],
    tellsSecret: false,
  }
}
