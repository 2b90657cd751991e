/**
 * Text that is safe to keep in an error: without addresses (which may carry keys) and without the
 * `secrets` given, cut to `length` characters.
 */
export function scrub(text: string, secrets: readonly string[] = [], length = 300): string {
  let safe = text.replace(/[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi, '<address>')
  for (const secret of secrets) {
    if (secret.length >= 4) safe = safe.split(secret).join('<secret>')
  }
  return safe.length > length ? `${safe.slice(0, length)}…` : safe
}
