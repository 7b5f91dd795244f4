/** What an operator is asked when something ended that did not come back: details, again, quit, report file. */
import { dialog } from 'electron'
import type { Words } from './words.ts'

export interface Trouble {
  message: string
  explanation: string
  /** For whoever maintains the workstation. */
  detail: string
  /** What the first button says. */
  again: string
}

/** Asks until the answer is to go on (true) or to quit (false). */
export async function askWhatNow(
  trouble: Trouble,
  words: Words,
  writeReport: (trouble: Trouble) => string,
): Promise<boolean> {
  let explanation = trouble.explanation
  for (;;) {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      title: words.product,
      message: trouble.message,
      detail: explanation,
      buttons: [trouble.again, words.details, words.report, words.quit],
      defaultId: 0,
      cancelId: 3,
      noLink: true,
    })
    if (response === 0) return true
    if (response === 1) explanation = trouble.detail
    else if (response === 2) explanation = `${words.reported}\n${writeReport(trouble)}`
    else return false
  }
}
