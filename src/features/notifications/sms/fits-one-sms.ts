/** The default alphabet (3GPP TS 23.038, section 6.2.1); a letter outside it makes every letter of a message two bytes long. */
const basic = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/

/** Those of its extension table take two places. */
const extended = /[\^{}\\[~\]|€]/g

/** Whether a text goes out as one message, and not as several that are paid for one by one. */
export const fitsOneSms = (text: string): boolean =>
  basic.test(text) && text.length + (text.match(extended)?.length ?? 0) <= 160
