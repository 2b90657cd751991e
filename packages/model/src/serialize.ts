import * as z from 'zod/mini'
import { fromCanonicalJson, toCanonicalJson } from './canonical.js'
import { InvalidPortfolioError } from './errors.js'
import { describeIssues } from './issues.js'
import type { Portfolio } from './portfolio.js'
import { portfolioSchema } from './schema.js'

/**
 * The canonical text of a portfolio. `serializePortfolio(parsePortfolio(text)) === text` for every
 * text that it wrote.
 *
 * @throws InvalidPortfolioError when a number is not finite.
 */
export function serializePortfolio(portfolio: Portfolio): string {
  return toCanonicalJson(portfolio)
}

/**
 * The portfolio that a text denotes, fully checked: shapes, ids, and that every account, mark and
 * asset that is referred to is there.
 *
 * @throws InvalidPortfolioError naming the first fields that do not fit.
 */
export function parsePortfolio(text: string): Portfolio {
  const result = z.safeParse(portfolioSchema, fromCanonicalJson(text))
  if (!result.success) {
    throw new InvalidPortfolioError(
      'The portfolio does not follow plimsoll-portfolio/1. Read it again with this version, or mend the fields named below.',
      { details: describeIssues(result.error) },
    )
  }
  checkReferences(result.data)
  return result.data
}

/**
 * Checks that ids are unique and that everything referred to is in the portfolio.
 *
 * @throws InvalidPortfolioError
 */
export function checkReferences(portfolio: Portfolio): void {
  const accounts = unique(
    'account',
    portfolio.accounts.map(({ id }) => id),
  )
  const assets = unique(
    'asset',
    portfolio.assets.map(({ id }) => id),
  )
  const marks = unique(
    'mark',
    portfolio.marks.map(({ id }) => id),
  )
  const need = (known: ReadonlySet<string>, what: string, id: string, where: string) => {
    if (!known.has(id)) {
      throw new InvalidPortfolioError(
        `${where} refers to ${what} "${id}", which the portfolio does not hold. Add it, or read the portfolio again.`,
      )
    }
  }
  for (const mark of portfolio.marks) need(assets, 'asset', mark.asset, `Mark "${mark.id}"`)
  for (const account of portfolio.accounts) {
    const where = `Account "${account.id}"`
    unique(
      `leg of account "${account.id}"`,
      account.legs.map(({ id }) => id),
    )
    for (const key of account.rule.shared) {
      if (!Object.hasOwn(portfolio.shared, key)) need(new Set(), 'shared state', key, where)
    }
    for (const leg of account.legs) {
      need(assets, 'asset', leg.asset, where)
      if (leg.mark !== null) need(marks, 'mark', leg.mark, where)
      if (leg.kind === 'option' && leg.forward !== null) need(marks, 'mark', leg.forward, where)
      if (leg.backedBy?.kind === 'account') need(accounts, 'account', leg.backedBy.account, where)
    }
  }
}

function unique(what: string, ids: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  for (const id of ids) {
    if (seen.has(id)) {
      throw new InvalidPortfolioError(`The ${what} id "${id}" occurs twice. Ids must be unique.`)
    }
    seen.add(id)
  }
  return seen
}
