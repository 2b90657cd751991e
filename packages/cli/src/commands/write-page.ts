import { UsageError } from '../errors.js'
import { writeText } from '../files.js'
import type { PageView } from '../html/view.js'
import type { Output } from '../output.js'

/** Options of the page of a report. */
export type PageOptions = {
  /** A file, or `-` for standard output. */
  readonly html?: string
  readonly json?: boolean
}

/**
 * Refuses a page beside JSON on one standard output, before anything is read.
 *
 * @throws UsageError
 */
export function checkPage({ html, json }: PageOptions): void {
  if (html !== '-' || json !== true) return
  throw new UsageError(
    '--html - and --json both write to standard output. Name a file with --html FILE, or drop one of them.',
  )
}

/**
 * Writes the page where one is asked for. Charts are drawn by a large library, which is loaded then only.
 *
 * @returns whether the page took the place of what is printed.
 * @throws FileError when the file cannot be written.
 */
export async function writePage(
  { html }: PageOptions,
  view: PageView,
  output: Output,
): Promise<boolean> {
  if (html === undefined) return false
  const { renderPage } = await import('../html/page.js')
  const page = await renderPage(view)
  if (html === '-') {
    output.write(page.trimEnd())
    return true
  }
  await writeText(html, page)
  output.progress(`Wrote the page ${html}.`)
  return false
}
