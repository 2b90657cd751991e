import { UsageError } from '../errors.js'
import { keyValue, parseUrl } from './chains.js'

/** Addresses in place of a venue's own, from `--host venue.host=URL`. @throws UsageError */
export function parseHosts(texts: readonly string[]): {
  readonly [venue: string]: { readonly [host: string]: string }
} {
  const hosts: { [venue: string]: { readonly [host: string]: string } } = {}
  for (const text of texts) {
    const [name, url] = keyValue('--host', text, '--host venue.host=http://localhost:8080')
    const [venue, host, ...rest] = name.split('.')
    if (
      venue === undefined ||
      venue === '' ||
      host === undefined ||
      host === '' ||
      rest.length > 0
    ) {
      throw new UsageError(
        `--host "${name.slice(0, 80)}" is not venue.host. Write --host venue.host=http://localhost:8080.`,
      )
    }
    hosts[venue] = { ...hosts[venue], [host]: parseUrl(`--host ${name}`, url) }
  }
  return hosts
}
