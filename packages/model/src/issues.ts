import type * as z from 'zod/mini'

const SHOWN = 8

/**
 * What does not fit, one line an issue: path, what was expected. Never the values themselves, which
 * may be secret or huge.
 *
 * @example
 * describeIssues(result.error) // 'accounts.0.legs: expected array'
 */
export function describeIssues(error: z.core.$ZodError): string {
  const lines = error.issues.slice(0, SHOWN).map((issue) => {
    const path = issue.path.length === 0 ? '(top)' : issue.path.map(String).join('.')
    return `${path}: ${expectation(issue)}`
  })
  const hidden = error.issues.length - SHOWN
  return [...lines, ...(hidden > 0 ? [`and ${hidden} more`] : [])].join('; ')
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.join(', ').slice(0, 120)}`
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ').slice(0, 120)}`
    case 'too_small':
      return `expected at least ${issue.minimum}`
    case 'too_big':
      return `expected at most ${issue.maximum}`
    case 'invalid_format':
      return `expected the format ${issue.format}`
    case 'custom':
      return issue.message
    case 'invalid_union':
      return 'fits none of the allowed forms'
    default:
      return issue.code.replaceAll('_', ' ')
  }
}
