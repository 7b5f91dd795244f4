/** What the browser shows when the console cannot start: the words, nothing else. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StartFailure } from '../start-failure.ts'

/** Serves the words on 127.0.0.1 until the program ends; resolves with the address. */
export async function serveFailure(failure: StartFailure): Promise<string> {
  const page = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>网格分中心指挥台</title>
<style>body{background:#15181d;color:#e6e8eb;font:16px/1.7 "Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:15vh auto;max-width:44em;padding:0 2em}
p{white-space:pre-wrap}.en{color:#9aa3ad;font-size:14px}</style>
<h1>指挥台未能启动</h1><p>${escape(failure.chinese)}</p><p class="en" lang="en">${escape(failure.message)}</p></html>`
  const http = createServer((_request, response) => {
    response.writeHead(503, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    })
    response.end(page)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`
}

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
