/** A PDF of one page with a few lines of text: what the link of an emulated invoice opens. */
export function pdf(lines: readonly string[]): Response {
  const shown = lines.map((line) => `(${escaped(line)}) Tj T*`)
  const text = `BT /F1 12 Tf 16 TL 72 770 Td ${shown.join(' ')} ET`
  const page = '/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R'
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< ${page} /Resources << /Font << /F1 5 0 R >> >> >>`,
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let body = '%PDF-1.4\n'
  let table = '0000000000 65535 f \n'
  for (const [index, object] of objects.entries()) {
    table += `${String(body.length).padStart(10, '0')} 00000 n \n`
    body += `${index + 1} 0 obj\n${object}\nendobj\n`
  }
  const size = objects.length + 1
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  const whole = `${body}xref\n0 ${size}\n${table}${trailer}`
  return new Response(whole, { headers: { 'content-type': 'application/pdf' } })
}

/** Offsets are counted in characters, so that each must be one byte. */
function escaped(line: string): string {
  return line.replace(/[^ -~]/g, '?').replace(/[\\()]/g, '\\$&')
}
