/** Prints a table: the first column left, the others right. */
export function printTable(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => width(line, column))))
  const cells = (line: readonly string[]) =>
    line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[column] ?? 0) + 3),
    )
  console.log(['', title, ...lines.map((line) => cells(line).join(''))].join('\n'))
}

/** Three significant digits, without an exponent. */
export function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function width(line: readonly string[], column: number): number {
  return line[column]?.length ?? 0
}
