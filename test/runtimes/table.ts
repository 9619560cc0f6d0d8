/** Rows in columns, the first to the left and all others, if they are numbers, to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const isNumber = rows.every((row) => typeof row[column] === 'number')
          return isNumber ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
