import { ConnectionError } from './errors.js'

/**
 * A part of the client that is a chunk of its own in a bundle, loaded once and on first use. A load
 * that fails is tried again the next time.
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
        `The part of the client that ${what} could not be loaded. Check that all chunks of the bundle are served.`,
        { cause },
      )
    }
  }
}
