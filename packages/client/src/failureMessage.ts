import type { PlimsollError } from '@plimsoll/model'

/** What happened, what to do, and on one line whatever helps to find out why. */
export function failureMessage({ shortMessage, details }: PlimsollError): string {
  if (details === undefined) return shortMessage
  const line = details.replace(/\s+/g, ' ').trim().slice(0, 300)
  return `${shortMessage} (${line})`
}
