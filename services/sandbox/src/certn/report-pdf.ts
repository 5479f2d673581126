import type { Case } from './certn-account';

const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>';

/** A small, valid PDF (1.4) with a case's services and their results. */
export function reportPdf(about: Case): Buffer {
  const lines = [
    `Case ${about.shortId}`,
    `Status: ${about.status}`,
    `Score: ${about.score ?? 'none yet'}`,
    '',
    ...about.checks.map((check) => `${check.type}: ${check.status}${check.score ? ` (${check.score})` : ''}`),
    '',
    'Made by the sandbox. Nobody was checked.',
  ];
  const text = ['BT', '/F1 20 Tf', '72 760 Td', '(Background check report) Tj', '/F1 11 Tf', '0 -36 Td'];
  for (const line of lines) text.push(`(${escaped(line)}) Tj`, '0 -18 Td');
  const stream = [...text, 'ET'].join('\n');
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>',
    FONT,
    `<< /Length ${Buffer.byteLength(stream, 'latin1')} >>\nstream\n${stream}\nendstream`,
  ]);
}

/** Numbers the objects from 1 and writes the table of where each begins. */
function assemble(objects: readonly string[]): Buffer {
  let file = '%PDF-1.4\n';
  const offsets: number[] = [];
  objects.forEach((object, index) => {
    offsets.push(file.length);
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
  });
  const table = file.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

function escaped(line: string): string {
  return line.replace(/[^\x20-\x7e]/g, '?').replace(/[\\()]/g, (sign) => `\\${sign}`);
}
