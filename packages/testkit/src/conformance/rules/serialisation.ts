import { PlimsollError, parsePortfolio, serializePortfolio } from '@plimsoll/model'
import type { Bench } from '../bench.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

/** What was read can be written down and read back. */
export const serialisation: Rule = {
  name: 'serialisation',
  statement: 'gives a portfolio that serialises and parses back byte for byte',
  check,
}

function check({ baseline }: Bench): Verdict {
  try {
    const again = serializePortfolio(parsePortfolio(baseline.text))
    const same = again === baseline.text
    return verdict(
      same ? [] : ['the portfolio differs after it was written and parsed back.'],
      `${baseline.text.length} characters`,
    )
  } catch (thrown) {
    if (thrown instanceof PlimsollError) return verdict([thrown.message], '')
    throw thrown
  }
}
