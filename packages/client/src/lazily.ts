import { ConnectionError } from './errors.js'

/**
 * Code that is a chunk of its own in a bundle, loaded once and on first use. A load that fails is
 * tried again the next time. Adapters use it for what only a read needs.
 *
 * @example
 * const reading = lazily('reads my venue', async () => import('./read.js'))
 * const read = async (context) => (await reading()).readMyVenue(context)
 *
 * @throws ConnectionError when the chunk cannot be loaded
 */
export function lazily<Part>(what: string, load: () => Promise<Part>): () => Promise<Part> {
  let loading: Promise<Part> | undefined
  return async () => {
    loading ??= load()
    try {
      return await loading
    } catch (cause) {
      loading = undefined
      throw new ConnectionError(
        `The code that ${what} could not be loaded. Check that all chunks of the bundle are served.`,
        { cause },
      )
    }
  }
}
